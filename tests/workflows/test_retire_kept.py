"""Doubt keeps, and what fails with one version stops no other."""

import pytest

from tests.embedded import Embedded
from tests.workflows.deployed import HOME
from tests.workflows.estates import start_cold
from tests.workflows.retiring import NEAR, Estate, estate_of


@pytest.fixture(scope="module")
def shared(embedded: Embedded) -> Estate:
    return estate_of(embedded)


@pytest.fixture
def estate(shared: Estate) -> Estate:
    shared.at.tell("weather/clear")
    return shared


def disabled(estate: Estate, family: str, *versions: str) -> None:
    """Versions in their brown-out, long enough and reported on: the next sweep would deregister them."""
    estate.current(family)
    for version in versions:
        estate.version(family, version, "disabled", days=40)
        for ami in estate.versions[family, version]:
            ami.ec2.disable_image(ImageId=ami.id)
    estate.born().sweeps()


def test_one_place_that_cannot_be_read_keeps_every_version_that_has_a_copy_there(estate: Estate):
    family = estate.family()
    estate.current(family)
    estate.version(family, "2026.01.01", places=(HOME, NEAR), elsewhere=True)
    estate.version(family, "2026.01.02", places=(NEAR,))
    estate.born().ages(15)
    denied = {"service": "batch", "operation": "DescribeComputeEnvironments", "effect": "deny"}
    estate.at.embedded.tell("weather", account=estate.other.id, region=HOME, principal="goldsmith-read", **denied)

    ended = estate.sweeps()
    estate.at.embedded.tell("weather/clear", account=estate.other.id)

    (unseen,) = ended["unseen"]
    assert unseen.startswith(f"{estate.other.id} {HOME} Batch compute environments: batch:DescribeComputeEnvironments")
    assert estate.reasons(family, "2026.01.01") == ["unseen"]
    assert {each["version"] for each in estate.told(family, "Retirement Announced")} == {"2026.01.02"}


def test_a_recipe_that_is_not_valid_any_more_keeps_its_own_family_alone(estate: Estate):
    broken, sound = estate.family("{keep: 0}"), estate.family()
    for family in (broken, sound):
        estate.current(family)
        estate.version(family, "2026.01.01")
    estate.born().ages(15)

    estate.sweeps()

    assert "unseen" in estate.reasons(broken, "2026.01.01")
    assert estate.told(sound, "Retirement Announced")


def test_a_place_that_may_not_even_be_entered_keeps_everything(estate: Estate):
    family = estate.family()
    estate.current(family)
    estate.version(family, "2026.01.01", places=(NEAR,))
    estate.born().ages(15)
    refused = {"service": "sts", "operation": "AssumeRole", "effect": "deny", "match": {"RoleArn": estate.other.id}}
    start_cold(estate.at, "ReadInventory")  # whoever is warm holds on to the credentials that he was given
    estate.at.tell("weather", principal="ReadInventory", **refused)

    estate.sweeps()
    estate.at.tell("weather/clear")

    assert estate.reasons(family, "2026.01.01") == ["unseen"]


def test_where_nobody_would_hear_a_launch_that_fails_nothing_is_disabled(estate: Estate):
    family = estate.family()
    estate.current(family)
    estate.version(family, "2026.01.01", "deprecated", days=40, elsewhere=True)
    estate.born().sweeps()  # asks for a report
    trails, arn = estate.other.client("cloudtrail"), f"arn:aws:cloudtrail:{HOME}:{estate.other.id}:trail/all"
    reads, writes = ({"ReadWriteType": each, "IncludeManagementEvents": True} for each in ("ReadOnly", "WriteOnly"))

    trails.put_event_selectors(TrailName="all", EventSelectors=[reads])
    estate.sweeps()
    (kept,) = estate.told(family, "Image Kept")[-1:]
    assert estate.reasons(family, "2026.01.01") == ["unseen"]
    assert f"the event selectors of {arn} may leave launches out" in kept["objections"][0]

    trails.put_event_selectors(TrailName="all", EventSelectors=[writes])
    estate.sweeps()
    assert estate.stages(family, "2026.01.01") == {"disabled"}


@pytest.mark.parametrize(
    "weather",
    [{"effect": "throttle"}, {"effect": "fail", "code": "OperationNotPermitted"}, {"effect": "deny"}],
    ids=lambda each: str(each["effect"]),
)
def test_one_deregistration_that_is_refused_stops_no_other(estate: Estate, weather: dict[str, str]):
    family = estate.family()
    disabled(estate, family, "2026.01.01", "2026.01.02", "2026.01.03")
    (refused,) = estate.versions[family, "2026.01.02"]
    estate.at.tell("weather", service="ec2", operation="DeregisterImage", match={"ImageId": refused.id}, **weather)

    estate.ages(4).sweeps()

    assert estate.stages(family, "2026.01.01") == estate.stages(family, "2026.01.03") == {"gone"}
    (failed,) = estate.told(family, "Retirement Failed")
    assert failed["version"] == "2026.01.02"
    assert [each["image"]["imageId"] for each in failed["failures"]] == [refused.id]
    estate.at.tell("weather/clear")
    estate.sweeps()
    assert (refused.stage, refused.snapshots()) == ("gone", [])


def test_one_that_a_person_protects_stops_no_other(estate: Estate):
    family = estate.family()
    disabled(estate, family, "2026.01.01", "2026.01.02")
    (kept,) = estate.versions[family, "2026.01.02"]
    kept.ec2.enable_image_deregistration_protection(ImageId=kept.id)

    estate.ages(4).sweeps()

    assert estate.stages(family, "2026.01.01") == {"gone"}
    assert estate.reasons(family, "2026.01.02") == ["protected"]


def test_a_snapshot_that_no_image_has_is_cleared_away_after_a_while(estate: Estate):
    """It was an AMI's of ours; what somebody copied together with its tags was not."""
    family = estate.family()
    estate.current(family)
    (old,) = estate.version(family, "2026.01.01", "deprecated", days=40)
    (snapshot,) = old.snapshots()
    copied = old.ec2.copy_snapshot(SourceSnapshotId=snapshot, SourceRegion=HOME)["SnapshotId"]
    estate.born().sweeps()
    estate.sweeps()
    tags = [{"Key": key, "Value": value} for key, value in old.tags().items()]
    old.ec2.create_tags(Resources=[copied], Tags=tags)
    estate.ages(2)
    old.ec2.deregister_image(ImageId=old.id)
    assert set(old.snapshots()) == {snapshot, copied}

    estate.ages(31).sweeps()

    assert old.snapshots() == [copied]
    (told,) = estate.told(family, "Snapshot Deleted")
    assert (told["snapshot"], told["error"]) == (snapshot, "")
    (kept,) = estate.told(family, "Snapshot Kept")
    assert (kept["snapshot"], kept["decision"]["verdict"]["reasons"]) == (copied, ["not_ours"])


def test_one_that_was_enabled_by_hand_goes_back_to_its_stage(estate: Estate):
    family = estate.family()
    estate.current(family)
    (ami,) = estate.version(family, "2026.01.01", "deprecated", days=40, share=({"UserId": estate.other.id},))
    estate.born().sweeps()
    estate.sweeps()
    assert ami.state == "disabled"
    ami.ec2.enable_image(ImageId=ami.id)

    estate.sweeps()

    assert estate.hears("Image Restored", family, "2026.01.01")["by"] == "retire"
    assert (ami.stage, ami.state, ami.permissions()) == ("deprecated", "available", [{"UserId": estate.other.id}])


def test_a_sweep_that_is_stopped_is_taken_up_by_the_next(estate: Estate):
    family = estate.family()
    disabled(estate, family, "2026.01.01", "2026.01.02")
    busy = {"service": "ec2", "operation": "DeregisterImage", "effect": "lost answer", "times": 1}
    estate.at.tell("weather", **busy)

    estate.ages(4).sweeps()
    estate.sweeps()

    assert estate.stages(family, "2026.01.01") == estate.stages(family, "2026.01.02") == {"gone"}
    assert [a.snapshots() for v in ("2026.01.01", "2026.01.02") for a in estate.versions[family, v]] == [[], []]
