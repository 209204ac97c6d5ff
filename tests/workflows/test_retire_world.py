"""A world of 40 old images in two accounts, aged by 15, 45 and 90 days and swept each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.embedded import Embedded
from tests.workflows.deployed import HOME
from tests.workflows.old_ami import Ami
from tests.workflows.retiring import NEAR, Estate, estate_of

PLAIN = tuple(f"2026.01.{day:02}" for day in range(1, 8))
HELD, SNOOZED, SCREAMED, UNDONE, REJECTED = "2026.02.01", "2026.02.02", "2026.02.03", "2026.02.04", "2026.03.01"
EVERYWHERE = {"places": (HOME, NEAR), "elsewhere": True}
UNIT = "arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-exam-example1"


@dataclass
class World:
    """What became of it, stop by stop: stages by version, and what was seen on the way."""

    estate: Estate
    family: str
    stops: list[dict[str, set[str]]]
    seen: dict[str, Any]

    def stages(self) -> dict[str, set[str]]:
        return {version: self.estate.stages(f, version) for f, version in self.estate.versions if f == self.family}

    def copies(self, version: str) -> list[Ami]:
        return self.estate.versions[self.family, version]

    def stop(self, days: int = 0, times: int = 1) -> None:
        if days:
            self.estate.ages(days)
        for _ in range(times):
            self.estate.sweeps()
        self.stops.append(self.stages())


@pytest.fixture(scope="module")
def world(embedded: Embedded) -> World:
    estate = estate_of(embedded)
    family = estate.family()
    made = World(estate, family, [], {})
    estate.current(family, 4)
    shares = ({"UserId": estate.other.id}, {"OrganizationalUnitArn": UNIT})
    for version in PLAIN:
        estate.version(family, version, **EVERYWHERE)  # type: ignore[arg-type]  # names of parameters
    estate.version(family, HELD, **EVERYWHERE)  # type: ignore[arg-type]
    estate.version(family, SNOOZED, **EVERYWHERE, tags={"snooze": "2999-12-31 after the audit"})  # type: ignore[arg-type]
    for version in (SCREAMED, UNDONE):
        estate.version(family, version, **EVERYWHERE, share=shares)  # type: ignore[arg-type]
    estate.version(family, REJECTED, "rejected", **EVERYWHERE)  # type: ignore[arg-type]
    estate.born().asks("Hold Requested", family, HELD, reason="the audit", hold=True)
    assert estate.hears("Image Held", family, HELD)["hold"] == "held the audit"
    live(made)
    return made


def live(world: World) -> None:
    estate, family = world.estate, world.family
    world.seen["images"] = sum(len(each) for each in estate.versions.values())
    world.stop(15)
    world.seen["announced"] = {each["version"] for each in estate.told(family, "Retirement Announced")}
    world.stop(30)
    world.seen["shares"] = [ami.permissions() for ami in world.copies(SCREAMED)]
    world.seen["shown"] = {v: [ami.shown() for ami in world.copies(v)] for v in (SCREAMED, UNDONE)}
    world.stop(45, times=2)
    scream(world)
    world.stop(30, times=2)
    estate.asks("Restoration Requested", family, UNDONE, reason="it was needed after all")
    estate.hears("Image Restored", family, UNDONE)


def scream(world: World) -> None:
    """A group of the other account follows a template of that image, and grows while it is browned out."""
    image = world.copies(SCREAMED)[2]
    assert image.state == "disabled"
    ec2, scaling = world.estate.other.client("ec2"), world.estate.other.client("autoscaling")
    ec2.create_launch_template(LaunchTemplateName="batch", LaunchTemplateData={"ImageId": image.id})
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="batch", MinSize=0, MaxSize=1, DesiredCapacity=1,
        LaunchTemplate={"LaunchTemplateName": "batch"}, AvailabilityZones=[f"{HOME}a"],
    )  # fmt: skip
    world.seen["restored"] = world.estate.hears("Image Restored", world.family, SCREAMED)
    world.seen["after"] = [(ami.state, ami.permissions()) for ami in world.copies(SCREAMED)]


def test_it_is_as_large_as_it_should_be(world: World):
    assert world.seen["images"] == 40


@pytest.mark.parametrize(("stop", "stage"), [(0, "superseded"), (1, "deprecated"), (2, "disabled"), (3, "gone")])
def test_what_nobody_needs_is_at_each_stop_where_the_recipe_says(world: World, stop: int, stage: str):
    assert {version: world.stops[stop][version] for version in PLAIN} == {version: {stage} for version in PLAIN}
    assert set(PLAIN) <= world.seen["announced"]


def test_no_snapshot_is_left(world: World):
    assert [ami.snapshots() for version in PLAIN for ami in world.copies(version)] == [[]] * len(PLAIN) * 3


@pytest.mark.parametrize(("version", "reason"), [(HELD, "held"), (SNOOZED, "snoozed")])
def test_a_hold_and_a_snooze_keep_every_copy(world: World, version: str, reason: str):
    assert [stop[version] for stop in world.stops] == [{"superseded"}] * 4
    assert reason in world.estate.reasons(world.family, version)


def test_a_scream_restores_it_with_its_shares_and_its_owner_is_told_who_needed_it(world: World):
    assert world.seen["after"] == [("available", shares) for shares in world.seen["shares"]]
    assert all(len(shares) == 2 for shares in world.seen["shares"])
    told = world.seen["restored"]
    assert (told["by"], told["owner"]["team"], told["failures"]) == ("scream", "web", [])
    assert "autoScalingGroupName/batch" in told["reason"]
    assert world.stops[3][SCREAMED] == {"deprecated"}
    assert "snoozed" in world.estate.reasons(world.family, SCREAMED)


def test_an_undo_brings_back_what_was_deregistered_as_it_was(world: World):
    assert world.stops[3][UNDONE] == {"gone"}
    before = world.seen["shown"][UNDONE]
    for ami, was in zip(world.copies(UNDONE), before, strict=True):
        now = ami.shown()
        assert now
        same = ("ImageId", "Name", "State", "DeregistrationProtection", "BlockDeviceMappings")
        assert {name: now.get(name) for name in same} == {name: was.get(name) for name in same}
        aged = datetime.fromisoformat(was["DeprecationTime"]) - datetime.fromisoformat(now["DeprecationTime"])
        assert aged == timedelta(days=45 + 30)
        assert ami.permissions() == world.seen["shares"][world.copies(UNDONE).index(ami)]
        assert (ami.stage, ami.snapshots()) == ("deprecated", [was["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]])


def test_what_was_rejected_leaves_on_its_own_shorter_clock(world: World):
    """And is announced to nobody; each step waits for EC2's report, which is too old again after a month."""
    assert [stop[REJECTED] for stop in world.stops] == [{"rejected"}, {"rejected"}, {"disabled"}, {"gone"}]
    assert REJECTED not in world.seen["announced"]


def test_what_is_wanted_stays(world: World):
    for version in ("2026.11.11", "2026.11.12", "2026.11.13"):
        assert [stop[version] <= {"superseded", "released"} for stop in world.stops] == [True] * 4
