from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import AdoptFacts, Image
from goldsmith.policy.adopt import may_adopt
from goldsmith.rules import AdoptRules
from goldsmith.vocabulary import Reason, Tag
from tests.policy import but

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = AdoptRules(max_age=timedelta(days=90))

IMAGE = Image(
    image_id="ami-1", name="webapp-1", account="111111111111", region="eu-west-1", state="available",
    architecture="x86_64", created=NOW, public=False, tags={Tag.FAMILY: "webapp"},
)  # fmt: skip
READY = AdoptFacts(
    image=IMAGE, home_account="111111111111", home_region="eu-west-1", architectures=frozenset({"x86_64", "arm64"})
)

ONE_THING_WRONG: dict[Reason, dict[str, Any]] = {
    Reason.NOT_AVAILABLE: {"image": {"state": "pending"}},
    Reason.NOT_OWNED: {"home_account": "222222222222"},
    Reason.NOT_HOME: {"home_region": "us-east-1"},
    Reason.PUBLIC: {"image": {"public": True}},
    Reason.NO_FAMILY: {"image": {"tags": {}}},
    Reason.NO_RECIPE: {"architectures": None},
    Reason.NO_ARCHITECTURE: {"image": {"architecture": "i386"}},
    Reason.ALREADY_STAGED: {"image": {"tags": IMAGE.tags | {Tag.STAGE: "released"}}},
    Reason.MADE_BY_A_RUN: {"image": {"tags": IMAGE.tags | {Tag.RUN: "build-webapp-1"}}},
    Reason.WAS_OURS: {"was_ours": True},
    Reason.COPY_OF_OURS: {"image": {"tags": IMAGE.tags | {Tag.IMAGE: "ami-2"}}},
    Reason.TOO_OLD: {"image": {"created": NOW - timedelta(days=90, microseconds=1)}},
}
HIDES = ((Reason.NO_FAMILY, Reason.NO_RECIPE), (Reason.NO_RECIPE, Reason.NO_ARCHITECTURE))  # what cannot be told then
UNSEEN = {Reason.UNSEEN: [{"image": None}, {"unseen": frozenset({"eu-west-1: ec2:DescribeImages"})}]}


def test_a_new_image_of_a_family_may_be_adopted():
    assert may_adopt(READY, RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "change"), ONE_THING_WRONG.items(), ids=str)
def test_one_objection_is_enough(reason, change):
    verdict = may_adopt(but(READY, change), RULES, NOW)

    assert not verdict.allowed
    assert verdict.reasons == (reason,)


def test_a_copy_of_ours_without_any_of_our_tags():
    assert may_adopt(but(READY, {"source_was_ours": True}), RULES, NOW).reasons == (Reason.COPY_OF_OURS,)


@pytest.mark.parametrize("change", UNSEEN[Reason.UNSEEN], ids=str)
def test_silence_is_an_objection(change):
    verdict = may_adopt(but(READY, change), RULES, NOW)

    assert not verdict.allowed
    assert verdict.reasons == (Reason.UNSEEN,)


ON_THE_LINE = [
    ("as old as may be", {"created": NOW - RULES.max_age}),
    ("its own id tag", {"tags": IMAGE.tags | {Tag.IMAGE: IMAGE.image_id}}),
]


@pytest.mark.parametrize(("name", "change"), ON_THE_LINE, ids=[name for name, _ in ON_THE_LINE])
def test_what_is_just_right_is_no_objection(name, change):
    assert may_adopt(but(READY, {"image": change}), RULES, NOW).allowed, name


@given(st.sets(st.sampled_from(sorted(ONE_THING_WRONG)), min_size=1))
def test_all_objections_are_reported_together(wrong):
    facts, tags = READY, dict(IMAGE.tags)
    for reason in wrong:
        facts = but(facts, ONE_THING_WRONG[reason])
        tags |= ONE_THING_WRONG[reason].get("image", {}).get("tags", {})
    kept = {k: v for k, v in tags.items() if Reason.NO_FAMILY not in wrong or k != Tag.FAMILY}
    facts = but(facts, {"image": {"tags": kept}})

    hidden = {other for reason, other in HIDES if reason in wrong}
    assert set(may_adopt(facts, RULES, NOW).reasons) == wrong - hidden
