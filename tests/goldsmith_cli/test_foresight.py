"""What will come to a family, day by day."""

from datetime import timedelta

import pytest

from goldsmith.values.retire import Copy, RetireStep
from goldsmith.vocabulary import Reason, Stage
from goldsmith_cli.retire.foresight import Foresight
from tests.goldsmith_cli.estates import NEW, NOW, OLD, copy, line

RELEASED = copy(NEW, Stage.RELEASED, 30)
LAST = (NOW + timedelta(days=90)).date()


def steps(*copies: Copy, told: bool = True, days: int = 90, **more) -> list[tuple[str, str, int]]:
    """Version, step and in how many days."""
    looking = Foresight(line(*copies, **more), told, NOW)
    planned = looking.until((NOW + timedelta(days=days)).date())
    return [(each.version, each.step.value, (each.day - NOW.date()).days) for each in planned]


def kept(*copies: Copy, told: bool = True, **more) -> dict[str, tuple[Reason, ...]]:
    return {each.version: each.reasons for each in Foresight(line(*copies, **more), told, NOW).kept()}


def test_the_whole_way_out():
    assert steps(copy(OLD, Stage.RELEASED, 90), RELEASED, days=120, pointed=frozenset({NEW})) == [
        (OLD, "supersede", 0),
        (OLD, "announce", 14),
        (OLD, "deprecate", 30),
        (OLD, "disable", 60),
        (OLD, "deregister", 90),
    ]


def test_it_ends_with_the_day():
    assert steps(copy(OLD, Stage.SUPERSEDED, 0), RELEASED, days=13) == []
    assert steps(copy(OLD, Stage.SUPERSEDED, 0), RELEASED, days=14) == [(OLD, "announce", 14)]


def test_what_is_overdue_takes_a_step_and_then_waits_its_time():
    assert steps(copy(OLD, Stage.SUPERSEDED, 300), RELEASED, days=16) == [(OLD, "announce", 0), (OLD, "deprecate", 16)]


def test_all_copies_that_are_concerned_are_counted():
    both = [copy(OLD, Stage.DISABLED, 40, region) for region in ("us-east-1", "eu-west-1")]
    (planned,) = Foresight(line(*both, RELEASED), told=True, now=NOW).until(NOW.date())
    assert (planned.step, planned.copies) == (RetireStep.DEREGISTER, tuple(both))


def test_what_was_rejected_goes_its_own_way():
    assert steps(copy(NEW, Stage.REJECTED, 10), told=False) == [(NEW, "disable", 4), (NEW, "deregister", 18)]


def test_what_is_wanted_is_prolonged():
    near = copy(NEW, Stage.RELEASED, 90, deprecated_at=NOW + timedelta(days=40))
    assert steps(near) == [(NEW, "prolong", 10)]


@pytest.mark.parametrize("kind", ["hold", "snooze"])
@pytest.mark.parametrize(("written", "expected"), [("2026-12-05 audit", [(OLD, "disable", 10)]), ("audit", [])])
def test_a_hold_ends_after_its_day_or_never(kind, written, expected):
    held = copy(OLD, Stage.DEPRECATED, 40, **{kind: written})
    assert steps(held, RELEASED, days=30) == expected


def test_nothing_is_done_to_what_has_no_owner_or_was_enabled_by_hand_or_is_not_ours():
    assert steps(copy(OLD, Stage.DEPRECATED, 40), RELEASED, told=False) == []
    assert steps(copy(OLD, Stage.DISABLED, 40, state="available"), RELEASED) == []
    assert steps(copy(OLD, Stage.DEPRECATED, 40, ours=False), RELEASED) == []


@pytest.mark.parametrize(
    ("found", "more", "reasons"),
    [
        (copy(OLD, Stage.DEPRECATED, 1), {}, ()),
        (copy(OLD, Stage.DEPRECATED, 40, hold="audit"), {}, (Reason.HELD,)),
        (copy(OLD, Stage.DEPRECATED, 1, snooze="2026-12-24 scream"), {}, (Reason.SNOOZED,)),
        (copy(OLD, Stage.DEPRECATED, 1, launched=NOW), {}, (Reason.LAUNCHED_LATELY,)),
        (copy(OLD, Stage.SUPERSEDED, 1), {"pointed": frozenset({OLD})}, (Reason.IN_CHANNEL,)),
        (copy(OLD, Stage.SUPERSEDED, 1), {"keep": 2}, (Reason.AMONG_NEWEST,)),
        (copy(OLD, Stage.DISABLED, 40, state="available"), {}, (Reason.NOT_DISABLED,)),
        (copy("2026.11.02", Stage.VERIFIED, 1), {"keep": 1}, (Reason.AMONG_NEWEST,)),
    ],
)
def test_what_keeps_a_version(found, more, reasons):
    assert kept(found, RELEASED, **more)[found.name.removeprefix("webapp-")] == reasons


def test_what_keeps_the_newest_and_what_no_newer_one_has_replaced():
    assert kept(RELEASED, pointed=frozenset({NEW}))[NEW] == (
        Reason.IN_CHANNEL,
        Reason.AMONG_NEWEST,
        Reason.LAST_GOOD,
    )
    both = kept(copy(OLD, Stage.VERIFIED, 3), copy(NEW, Stage.VERIFIED, 3))
    assert both[OLD] == (Reason.NOT_REPLACED,)


def test_without_an_owner():
    assert kept(copy(OLD, Stage.DEPRECATED, 1), RELEASED, told=False)[OLD] == (Reason.NOBODY_TOLD,)
