from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import Verdict
from goldsmith.policy.audit import answer, last_good, may_go, newer, shrunk
from goldsmith.rules import AuditRules
from goldsmith.values.usage import AuditedImage, AuditFacts, Use
from goldsmith.vocabulary import Reason, Tag
from tests.policy import but

NOW = datetime(2026, 6, 1, tzinfo=UTC)
RULES = AuditRules(min_age=timedelta(days=90), min_idle=timedelta(days=30), keep=3, max_shrink=0.25)
TINY = timedelta(microseconds=1)
USE = Use(kind="instance", arn="arn:aws:ec2:us-east-1:111111111111:instance/i-1", how="stopped")

IMAGE = AuditedImage(
    image_id="ami-1", name="webapp-1", account="111111111111", region="eu-west-1", state="available",
    architecture="x86_64", created=NOW - timedelta(days=90), launched=NOW - timedelta(days=30), protection="disabled",
)  # fmt: skip
UNUSED = AuditFacts(image=IMAGE, family="webapp", newer=3)

ONE_THING_WRONG: dict[Reason, dict[str, Any]] = {
    Reason.IMPLAUSIBLE: {"implausible": True},
    Reason.IN_USE: {"used_by": (USE,)},
    Reason.PUBLIC: {"image": {"public": True}},
    Reason.TOO_YOUNG: {"image": {"created": NOW - RULES.min_age + TINY}},
    Reason.LAUNCHED_LATELY: {"image": {"launched": NOW - RULES.min_idle + TINY}},
    Reason.NO_FAMILY: {"family": ""},
    Reason.AMONG_NEWEST: {"newer": 2},
    Reason.LAST_GOOD: {"last_good": True},
    Reason.PROTECTED: {"image": {"protection": "enabled-with-cooldown"}},
    Reason.HELD: {"image": {"tags": {Tag.HOLD: ""}}},
    Reason.NOT_SETTLED: {"image": {"state": "pending"}},
}
UNSEEN: dict[Reason, list[dict[str, Any]]] = {
    Reason.UNSEEN: [
        {"unseen": frozenset({"111111111111 eu-west-1 instances"})},
        {"image": {"created": None}},
        {"image": {"unreadable": "'last spring' is no date"}},
    ]
}


def test_an_old_image_that_nobody_uses_may_go():
    assert may_go(UNUSED, RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "change"), ONE_THING_WRONG.items(), ids=str)
def test_one_objection_is_enough(reason, change):
    verdict = may_go(but(UNUSED, change), RULES, NOW)

    assert not verdict.allowed
    assert verdict.reasons == (reason,)


@pytest.mark.parametrize("change", UNSEEN[Reason.UNSEEN], ids=str)
def test_silence_is_an_objection(change):
    assert may_go(but(UNUSED, change), RULES, NOW).reasons == (Reason.UNSEEN,)


FINE = [
    ("never launched", {"image": {"launched": None}}),
    ("EC2 says nothing of protection", {"image": {"protection": ""}}),
    ("disabled", {"image": {"state": "disabled"}}),
    ("failed", {"image": {"state": "failed"}}),
]


@pytest.mark.parametrize(("name", "change"), FINE, ids=[name for name, _ in FINE])
def test_what_is_just_right_is_no_objection(name, change):
    assert may_go(but(UNUSED, change), RULES, NOW).allowed, name


@given(st.sets(st.sampled_from([*ONE_THING_WRONG, Reason.UNSEEN]), min_size=1))
def test_all_objections_are_reported_together_and_doubt_alone_is_no_reason_to_keep(wrong):
    facts = UNUSED
    for reason in wrong:
        facts = but(facts, ONE_THING_WRONG.get(reason) or UNSEEN[reason][0])

    verdict = may_go(facts, RULES, NOW)

    assert set(verdict.reasons) == wrong
    doubtful = wrong <= {Reason.UNSEEN, Reason.IMPLAUSIBLE}
    assert answer(verdict) == ("cannot_tell" if doubtful else "keep")


def test_an_image_to_which_nothing_objects_may_go():
    assert answer(Verdict(allowed=True)) == "may_go"


def aged(name: str, days: int | None, **change: Any) -> AuditedImage:
    created = None if days is None else NOW - timedelta(days=days)
    return IMAGE.model_copy(update={"image_id": name, "created": created, "launched": None} | change)


def test_what_is_newer_is_usable_and_strictly_newer():
    line = [
        aged("old", 9), aged("twin", 5), aged("other twin", 5), aged("newest", 1), aged("broken", 0, state="failed"),
        aged("undated", None),
    ]  # fmt: skip

    assert newer(line) == {"old": 3, "twin": 1, "other twin": 1, "newest": 0, "broken": 0, "undated": 0}


RELEASED, LAUNCHED = {"tags": {Tag.STAGE: "released"}}, {"launched": NOW}
LINES = [
    ("the newest where nothing is known", [aged("a", 9), aged("b", 5)], "b"),
    ("the newest that was launched", [aged("a", 9, **LAUNCHED), aged("b", 7, **LAUNCHED), aged("c", 5)], "b"),
    ("the newest that is released", [aged("a", 9, **RELEASED), aged("b", 5, **LAUNCHED)], "a"),
    ("not one that cannot be used", [aged("a", 9), aged("b", 5, state="disabled", **RELEASED)], "a"),
    ("not one without a date", [aged("a", 9), aged("b", None)], "a"),
]


@pytest.mark.parametrize(("name", "line", "good"), LINES, ids=[name for name, _, _ in LINES])
def test_the_last_good_image_is(name, line, good):
    found = last_good(line)

    assert found is not None, name
    assert found.image_id == good


def test_a_line_without_a_usable_image_has_no_last_good_one():
    assert last_good([aged("a", 9, state="failed")]) is None


def test_an_inventory_that_shrank_is_implausible():
    before = {"1 us images": 100, "1 eu images": 100, "1 us instances": 1, "1 eu instances": 50, "1 us stacks": 0}
    after = {"1 us images": 74, "1 eu images": 75, "1 us instances": 0, "1 eu instances": 1, "1 us stacks": 0}

    assert shrunk(before, after, RULES) == ("1 us images: 74 after 100", "1 us instances: 0 after 1")


def test_a_place_that_vanished_is_implausible():
    assert shrunk({"1 us images": 2}, {}, RULES) == ("1 us images: 0 after 2",)
