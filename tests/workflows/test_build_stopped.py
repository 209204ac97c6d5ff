"""A build that is stopped, or dies, wherever it is: asked for again it ends with one image of that version."""

from typing import Any

import pytest

from tests.embedded import eventually
from tests.workflows.building import Family

WAITS = ("Await host", "Await command", "Await stop", "Await image")
BEGINS: dict[str, dict[str, Any]] = {  # states that do not wait are stopped when what they call is held up
    "Plan": {"service": "s3", "operation": "GetObject", "principal": "-PlanBuild"},
    "Launch host": {"service": "ec2", "operation": "RunInstances"},
    "Send command": {"service": "ssm", "operation": "SendCommand"},
    "Store output": {"service": "ssm", "operation": "GetCommandInvocation"},
    "Stop host": {"service": "ec2", "operation": "StopInstances"},
    "Create image": {"service": "ec2", "operation": "CreateImage"},
    "Finish image": {"service": "ec2", "operation": "ModifyImageAttribute"},
    "Decide": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-Decide-"}},
    "Apply": {"service": "lambda", "operation": "Invoke", "match": {"FunctionName": "-Reap-"}},
    "Report built": {"service": "events", "operation": "PutEvents", "principal": "-BuildRole-"},
}


def stopped(family: Family) -> None:
    """Its end is told, and nothing of it runs; what it had half made is failed."""
    family.stop()
    ended = family.hears("Run Ended")
    assert (ended["status"], ended["cause"]) == ("ABORTED", "stopped by hand")
    family.leaves_nothing()
    family.has_only_failed_images()


@pytest.mark.parametrize("state", WAITS)
def test_stopped_while_it_waits(family: Family, state):
    if state == "Await stop":
        family.at.tell("weather/events", detail_type="EC2 Instance State-change Notification", effect="lose")
    if state == "Await command":
        family.scripted("update", {"status": "InProgress"}, {"status": "Success"})
    mine = {"goldsmith:family": family.name}
    family.at.tell("hosts/online", tag=mine, online=state != "Await host")
    family.at.tell("hosts/ending", tag=mine, held=state == "Await stop")
    family.ask().reaches(state)
    family.at.tell("hosts/ending", tag=mine, held=False)
    stopped(family)
    family.at.tell("hosts/online", tag=mine, online=True)
    family.at.tell("weather/clear")

    family.ask().completes()

    assert len(family.images()) == 1


@pytest.mark.parametrize("state", BEGINS)
def test_stopped_while_it_works(family: Family, state):
    family.at.tell("clock", speed="held")
    family.at.tell("weather", **BEGINS[state], effect="throttle")
    family.ask()
    family.goes_on_to(state)
    stopped(family)
    family.at.tell("weather/clear")
    family.at.tell("clock", speed="instant")

    family.ask().completes()

    assert len(family.images()) == 1


def test_died_between_create_image_and_the_id_tag(family: Family):
    family.at.tell(
        "weather", service="ec2", operation="CreateTags", match={"Tag.1.Key": "goldsmith:image"}, effect="deny"
    )
    family.ask().failed("ec2:CreateTags")
    (image,) = family.images()
    assert "goldsmith:image" not in {tag["Key"] for tag in image["Tags"]}
    family.at.tell("weather/clear")

    family.ask().completes()

    assert [each["ImageId"] for each in family.images()] == [image["ImageId"]]


def test_stopped_between_create_image_and_the_id_tag(family: Family):
    family.at.tell("clock", speed="held")
    family.at.tell(
        "weather", service="ec2", operation="CreateTags", match={"Tag.1.Key": "goldsmith:image"}, effect="throttle"
    )
    family.ask().goes_on_to("Create image")
    (image,) = family.images()
    assert "goldsmith:image" not in {tag["Key"] for tag in image["Tags"]}
    stopped(family)
    family.at.tell("weather/clear")
    family.at.tell("clock", speed="instant")

    family.ask().completes()

    assert [each["ImageId"] for each in family.images()] == [image["ImageId"]]


def test_stopped_twice_while_the_same_image_is_claimed(family: Family):
    family.ask().reaches("Await image")
    stopped(family)
    family.ask().reaches("Await image")
    family.stop()
    eventually(lambda: list(family.runs().values()).count("ABORTED") == 2)
    family.leaves_nothing()

    family.ask().completes()

    assert len(family.images()) == 1


def test_nobody_was_told_of_the_stop_and_the_sweep_finds_the_builder(family: Family):
    family.at.tell("weather/events", detail_type="Step Functions Execution Status Change", effect="lose")
    family.scripted("update", {"status": "InProgress"}).ask().reaches("Await command")
    family.stop()
    assert family.instances("running")

    family.at.sweep()

    assert family.hears("Run Ended")["status"] == "ABORTED"
    family.leaves_nothing()
