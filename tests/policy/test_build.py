from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.policy.build import may_build
from goldsmith.rules import BuildRules
from goldsmith.values.admit import BuildFacts, Frozen, Newest
from goldsmith.vocabulary import Reason
from tests.policy import but

NOW = datetime(2026, 12, 24, 4, tzinfo=UTC)
TODAY, DAY = NOW.date(), timedelta(days=1)
RULES = BuildRules(fresh=timedelta(hours=12), max_failures=3)
TINY = timedelta(microseconds=1)

OLD = Newest(version="2026.12.17", recipe_sha="sha-1", bases=("ami-arm", "ami-x86"), built=NOW - timedelta(days=7))
WANTED = BuildFacts(
    family="webapp", again=False, recipe_sha="sha-1", bases=("ami-arm", "ami-x86"), newest=OLD,
    public_access="block-new-sharing",
)  # fmt: skip
YOUNG = {"newest": OLD.model_copy(update={"built": NOW - RULES.fresh + TINY})}


def frozen(starts: date, ends: date) -> dict[str, Any]:
    return {"freezes": (Frozen(starts=starts, ends=ends, reason="holidays"),)}


ONE_THING_WRONG: dict[Reason, dict[str, Any]] = {
    Reason.NO_RECIPE: {"recipe_sha": None},
    Reason.PUBLIC_NOT_BLOCKED: {"public_access": "unblocked"},
    Reason.ALREADY_RUNNING: {"running": "build-webapp-1"},
    Reason.FROZEN: frozen(TODAY, TODAY),
    Reason.NOTHING_CHANGED: YOUNG,
    Reason.TOO_MANY_FAILURES: {"failures": RULES.max_failures},
}
UNSEEN: dict[Reason, list[dict[str, Any]]] = {
    Reason.UNSEEN: [{"unseen": frozenset({"images: ec2:DescribeImages"})}],
}
LIFTED_BY_AGAIN = {Reason.FROZEN, Reason.NOTHING_CHANGED, Reason.TOO_MANY_FAILURES}


def test_a_build_that_is_wanted_may_start():
    assert may_build(WANTED, RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "change"), ONE_THING_WRONG.items(), ids=str)
def test_one_objection_is_enough(reason, change):
    verdict = may_build(but(WANTED, change), RULES, NOW)

    assert not verdict.allowed
    assert verdict.reasons == (reason,)


@pytest.mark.parametrize("again", [False, True])
def test_silence_is_an_objection(again):
    verdict = may_build(but(WANTED, {"again": again, **UNSEEN[Reason.UNSEEN][0]}), RULES, NOW)

    assert not verdict.allowed
    assert verdict.reasons == (Reason.UNSEEN,)


def test_an_account_that_said_nothing_of_public_images_does_not_block_them():
    assert may_build(but(WANTED, {"public_access": ""}), RULES, NOW).reasons == (Reason.PUBLIC_NOT_BLOCKED,)


@pytest.mark.parametrize("reason", sorted(ONE_THING_WRONG))
def test_again_lifts_what_is_only_a_waste(reason):
    verdict = may_build(but(WANTED, {"again": True, **ONE_THING_WRONG[reason]}), RULES, NOW)

    assert verdict.reasons == (() if reason in LIFTED_BY_AGAIN else (reason,))


ON_THE_LINE: dict[str, dict[str, Any]] = {
    "the family's first image": {"newest": None},
    "as young as may be": {"newest": OLD.model_copy(update={"built": NOW - RULES.fresh})},
    "young, of another recipe": {"newest": YOUNG["newest"].model_copy(update={"recipe_sha": "sha-0"})},
    "young, on another base": {"newest": YOUNG["newest"].model_copy(update={"bases": ("ami-arm", "ami-older")})},
    "young, without one architecture": {"newest": YOUNG["newest"].model_copy(update={"bases": ("ami-x86",)})},
    "one failure less than too many": {"failures": RULES.max_failures - 1},
    "frozen until yesterday": frozen(TODAY - DAY, TODAY - DAY),
    "frozen from tomorrow on": frozen(TODAY + DAY, TODAY + DAY),
}


@pytest.mark.parametrize("change", ON_THE_LINE.values(), ids=ON_THE_LINE)
def test_what_is_just_right_is_no_objection(change):
    assert may_build(but(WANTED, change), RULES, NOW).allowed


@pytest.mark.parametrize(("starts", "ends"), [(TODAY - DAY, TODAY), (TODAY, TODAY + DAY)])
def test_the_first_and_the_last_day_of_a_freeze_are_frozen(starts, ends):
    assert may_build(but(WANTED, frozen(starts, ends)), RULES, NOW).reasons == (Reason.FROZEN,)


def test_any_of_several_freezes_counts():
    freezes = (*frozen(TODAY - DAY, TODAY - DAY)["freezes"], *frozen(TODAY, TODAY)["freezes"])

    assert may_build(but(WANTED, {"freezes": freezes}), RULES, NOW).reasons == (Reason.FROZEN,)


@given(st.sets(st.sampled_from(sorted(ONE_THING_WRONG)), min_size=1))
def test_all_objections_are_reported_together(wrong):
    change: dict[str, Any] = {}
    for reason in wrong:
        change |= ONE_THING_WRONG[reason]
    if Reason.NO_RECIPE in wrong:  # whether anything changed can then not be told
        wrong = wrong - {Reason.NOTHING_CHANGED}

    assert set(may_build(but(WANTED, change), RULES, NOW).reasons) == wrong
