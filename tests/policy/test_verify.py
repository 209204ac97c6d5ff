from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.policy.decide import decide
from goldsmith.policy.verify import may_verify
from goldsmith.values.verify_facts import Measures, VerifyFacts
from goldsmith.vocabulary import Reason
from tests.policy import but
from tests.policy.verifying import (
    ALSO,
    CRITICAL,
    EXPLOITED,
    GOOD,
    HIGH,
    LAPSED,
    LIKELY,
    LOW,
    NOW,
    ONE_THING_WRONG,
    RULES,
    UNSEEN,
    WAIVER,
    checks,
    found,
    host,
    part,
)

REASONS = sorted(ONE_THING_WRONG)


def reasons(facts: VerifyFacts) -> set[Reason]:
    return set(may_verify(facts, RULES, NOW).reasons)


def test_what_was_scanned_and_tested_and_is_no_worse_may_go_on():
    assert may_verify(GOOD, RULES, NOW).allowed
    assert decide(GOOD, NOW).rules == RULES


CASES = [(reason, index, change) for reason, changes in ONE_THING_WRONG.items() for index, change in enumerate(changes)]


@pytest.mark.parametrize(("reason", "index", "change"), CASES, ids=str)
def test_one_objection_is_enough(reason, index, change):
    verdict = may_verify(part(change), RULES, NOW)

    assert not verdict.allowed
    assert set(verdict.reasons) == {reason} | (ALSO[reason][index] if reason in ALSO else set())


@pytest.mark.parametrize("facts", UNSEEN[Reason.UNSEEN], ids=str)
def test_silence_is_an_objection(facts):
    assert may_verify(facts, RULES, NOW).reasons == (Reason.UNSEEN,)


@pytest.mark.parametrize("last", [False, True])
def test_any_architecture_sinks_the_version(last):
    facts = part(found(HIGH))
    assert reasons(but(facts, {"parts": facts.parts[:: -1 if last else 1]})) == {Reason.FIXABLE_FINDING}


ON_THE_LINE: dict[str, dict[str, Any]] = {
    "severe without a fix": found(CRITICAL.model_copy(update={"fixable": False, "kev": True, "epss": 1})),
    "just below what blocks": found(HIGH, block_from="critical"),
    "medium, not high": found(LOW.model_copy(update={"severity": "medium"})),
    "waived until today": found(HIGH.model_copy(update={"kev": True, "epss": None}), waivers=(WAIVER,)),
    "waived again after a waiver ended": found(HIGH, waivers=(LAPSED, WAIVER)),
    "a waiver that ended and is not needed": found(LOW, waivers=(LAPSED,)),
    "new and waived": {"new": (HIGH,), "bar": {"waivers": (WAIVER,)}},
    "exploited, and nobody asks": found(EXPLOITED, kev=False),
    "likely, and nobody asks": found(LIKELY, epss=None),
    "not quite likely": found(LIKELY, epss=0.11),
    "unknown, and nobody asks": found(
        HIGH.model_copy(update={"kev": None, "epss": None}), kev=False, epss=None, block_from="critical"
    ),
    "unknown and not severe": found(LOW.model_copy(update={"severity": "medium", "kev": None, "epss": None})),
    "flaky and sound": {"twins": {"hosts": (host("a"), host("b", checks=checks(flaky=True)))}},
    "a test more than was asked": {"tests": ("boot",)},
    "more findings than were told of": {"scan": {"seen": 5}},
    "as much as the budget": {"measures": {"boot_seconds": 45}, "released": None},
    "no budget and no number": {"measures": Measures(), "bar": {"budgets": Measures()}},
    "grown by the share, beyond noise": {
        "released": {"measures": Measures(boot_seconds=30)}, "measures": {"boot_seconds": 45},
    },
    "grown by noise, beyond the share": {
        "released": {"measures": Measures(boot_seconds=1)}, "measures": {"boot_seconds": 11},
    },
    "grown from nobody knows what": {"released": {"measures": Measures()}},
    "nothing released": {"released": None},
}  # fmt: skip


@pytest.mark.parametrize("change", ON_THE_LINE.values(), ids=ON_THE_LINE)
def test_what_is_just_right_is_no_objection(change):
    assert reasons(part(change)) == set()


@pytest.mark.parametrize(("hours", "counts"), [(0, True), (1, False), (-12, True)])
def test_a_waiver_counts_until_its_day_ends_in_utc(hours, counts):
    there = (NOW + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=9)))
    assert may_verify(part(found(HIGH, waivers=(WAIVER,))), RULES, there).allowed == counts


@given(st.sets(st.sampled_from(REASONS), min_size=1), st.data())
def test_the_objections_of_all_architectures_are_reported_together(wrong, data):
    parts = [part(data.draw(st.sampled_from(ONE_THING_WRONG[reason][:1]))).parts[0] for reason in sorted(wrong)]
    names = [f"arch-{index}" for index, _ in enumerate(parts)]
    named = tuple(each.model_copy(update={"architecture": name}) for each, name in zip(parts, names, strict=True))
    bar = {"waivers": (LAPSED,)} if Reason.WAIVER_EXPIRED in wrong else {}
    facts = but(GOOD, {"expected": tuple(names), "parts": named})
    told = reasons(but(facts, {"bar": bar | {"block_from": "critical"} if Reason.THREAT_UNKNOWN in wrong else bar}))

    shadowed = {Reason.FIXABLE_FINDING, Reason.WAIVER_EXPIRED} if Reason.THREAT_UNKNOWN in wrong else set()
    assert wrong - shadowed <= told
