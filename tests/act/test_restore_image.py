"""One AMI comes back as its tombstone says; whoever dies on the way is followed by one who finishes it."""

from datetime import date
from typing import Any

import pytest

from goldsmith.act.restore.change_hold import hold_of
from goldsmith.act.restore.image import ImageRestore
from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import tombstones_of
from goldsmith.policy.retain import is_kept_by
from goldsmith.values.restore import Tombstone
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Stage
from tests.act.conftest import NOW
from tests.act.leaving import LONG_AGO, SHARED, ami, later, take
from tests.act.place import Ami
from tests.act.place_deeds import DiedError, Ec2
from tests.act.shelf import shelf

UNTIL = later(days=30)
LEFT: dict[str, Any] = {"permissions": [*SHARED], "protection": "enabled-with-cooldown", "deprecated_at": UNTIL}


def gone(*steps: RetireStep, stage: Stage = Stage.DEPRECATED, **more: Any) -> tuple[Ec2, Tombstone]:
    """An AMI to which these steps were done two days ago."""
    ec2, evidence = Ec2(role="Retirer", clock=lambda: later(days=-2)), shelf()
    ec2.put(ami(stage, **(LEFT | more)))
    for step in steps:
        for each in ec2.images.values():
            each.protected_until = None
        take(step, ec2, evidence, now=later(days=-2))
    (stone,) = evidence.all(tombstones_of("webapp", "2026.05.01"), Tombstone)
    ec2.role, ec2.clock, ec2.calls = "Restorer", lambda: NOW, []
    return ec2, stone


def image(ec2: Ec2) -> Ami:
    (found,) = ec2.images.values()
    return found


def is_back(ec2: Ec2) -> bool:
    found = image(ec2)
    whole = (found.state, found.protection, found.deprecated_at) == ("available", LEFT["protection"], UNTIL)
    return whole and found.permissions == [*SHARED] and set(ec2.snapshots) == set(found.snapshots)


GONE = pytest.mark.parametrize(
    "steps", [(RetireStep.DISABLE,), (RetireStep.DISABLE, RetireStep.DEREGISTER)], ids=["disabled", "binned"]
)


@GONE
def test_it_is_as_it_was_and_its_clock_begins_anew(steps):
    ec2, stone = gone(*steps)
    assert ImageRestore(stone, ec2, NOW).open("somebody needs it")
    assert is_back(ec2)
    tags = image(ec2).tags
    assert (tags["goldsmith:stage"], tags["goldsmith:stage-since"]) == ("deprecated", NOW.isoformat())
    assert tags["goldsmith:snooze"] == "2027-02-21 somebody needs it"
    assert ec2.snapshots == dict.fromkeys(ec2.snapshots, tags)


@GONE
def test_done_twice_it_changes_nothing_more(steps):
    ec2, stone = gone(*steps)
    ImageRestore(stone, ec2, NOW).open("why")
    before = ec2.standing()
    assert not ImageRestore(stone, ec2, later(hours=1)).open("why")
    assert ec2.standing() == before


@GONE
@pytest.mark.parametrize("when", ["dies_before", "dies_after"])
def test_who_dies_at_any_call_is_followed_by_one_who_finishes_it(steps, when):
    whole, stone = gone(*steps)
    ImageRestore(stone, whole, NOW).open("why")
    before = "disabled" if RetireStep.DEREGISTER not in steps else "deregistered"
    for call, _ in enumerate(whole.done(), 1):
        ec2, stone = gone(*steps)
        setattr(ec2, when, call)
        with pytest.raises(DiedError):
            ImageRestore(stone, ec2, NOW).open("why")
        ImageRestore(stone, ec2, NOW).open("why")
        assert is_back(ec2), (before, call)
        assert image(ec2).stage == "deprecated"


def test_its_snapshots_come_first_and_its_tags_last():
    ec2, stone = gone(RetireStep.DISABLE, RetireStep.DEREGISTER)
    ImageRestore(stone, ec2, NOW).open("why")
    assert ec2.done() == [
        "restore_snapshot_from_recycle_bin",
        "restore_image_from_recycle_bin",
        "enable_image",
        "modify_image_attribute",
        "enable_image_deregistration_protection",
        "create_tags",
    ]


def test_shares_that_are_there_again_are_not_added_twice():
    ec2, stone = gone(RetireStep.DISABLE)
    image(ec2).state = "available"  # by hand
    image(ec2).permissions = [SHARED[0]]
    ImageRestore(stone, ec2, NOW).open("why")
    assert image(ec2).permissions == [*SHARED]


@pytest.mark.parametrize(("at", "after"), [(UNTIL, UNTIL), (LONG_AGO, later(minutes=2)), (None, None)], ids=str)
def test_a_deprecation_that_ec2_forgot_is_set_again_and_never_in_the_past(at, after):
    ec2, stone = gone(RetireStep.DISABLE, deprecated_at=at)
    image(ec2).deprecated_at = None
    ImageRestore(stone, ec2, NOW).open("why")
    assert image(ec2).deprecated_at == after


@pytest.mark.parametrize("was", ["enabled-with-cooldown", "enabled-without-cooldown", "disabled"])
def test_its_protection_is_as_it_was(was):
    ec2, stone = gone(RetireStep.DISABLE, protection=was)
    ImageRestore(stone, ec2, NOW).open("why")
    assert image(ec2).protection == was


@pytest.mark.parametrize("stage", [Stage.DEPRECATED, Stage.REJECTED, Stage.FAILED], ids=str)
def test_it_goes_back_to_the_stage_before(stage):
    ec2, stone = gone(RetireStep.DISABLE, stage=stage)
    ImageRestore(stone, ec2, NOW).open("why")
    assert (image(ec2).stage, image(ec2).tags["goldsmith:stage-before"]) == (stage, "disabled")


def test_what_was_disabled_before_us_is_not_enabled():
    ec2, stone = gone(RetireStep.DISABLE, state="disabled", permissions=[])
    ImageRestore(stone, ec2, NOW).open("why")
    assert (image(ec2).state, image(ec2).stage) == ("disabled", "deprecated")


def test_what_is_gone_for_good_is_said_to_be():
    ec2, stone = gone(RetireStep.DISABLE, RetireStep.DEREGISTER)
    ec2.clock = lambda: later(days=30)
    with pytest.raises(NeedsAPerson, match="not in the Recycle Bin any more: build it anew"):
        ImageRestore(stone, ec2, NOW).open("why")
    assert ec2.done() == []


def test_a_hold_lasts_through_its_day_or_without_end_whatever_its_reason_looks_like():
    assert hold_of(date(2026, 11, 23), "audit, May") == "2026-11-23 audit  May"
    assert is_kept_by(hold_of(date(2026, 11, 23), "why"), NOW)
    assert not is_kept_by(hold_of(date(2026, 11, 22), "why"), NOW)
    assert is_kept_by(hold_of(None, "2020-01-01 outage"), NOW)
    assert hold_of(None, "") == "held"
    assert len(hold_of(None, "x" * 300)) == 256
