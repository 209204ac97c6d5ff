"""Schedules made through the API, in a group of their own, that put an event on a bus."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.functions import role
from tests.emulator.queues import Queue, queue
from tests.emulator.rules import rule

NAME = {"Name": "webapp", "GroupName": "recipes"}
DETAIL = {"family": "webapp", "by": "schedule"}
SCHEDULER = "scheduler.amazonaws.com"


def heard(account: Account) -> tuple[str, Queue]:
    """A bus, and a queue that hears what Goldsmith says on it."""
    bus = str(account.client("events").create_event_bus(Name="goldsmith")["EventBusArn"])
    seen = queue(account, "seen", "events")
    rule(account, seen.arn, on="goldsmith")
    account.client("scheduler").create_schedule_group(Name="recipes")
    return bus, seen


def asked(bus: str, role_arn: str, expression: str = "cron(0 4 ? * TUE *)") -> dict[str, Any]:
    event = {"Source": "goldsmith", "DetailType": "Build Requested"}
    target = {"Arn": bus, "RoleArn": role_arn, "EventBridgeParameters": event, "Input": json.dumps(DETAIL)}
    return NAME | {
        "ScheduleExpression": expression, "ScheduleExpressionTimezone": "Europe/Berlin",
        "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target,
    }  # fmt: skip


def test_it_is_made_changed_fired_and_deleted(account: Account, embedded: Embedded):
    scheduler, (bus, seen) = account.client("scheduler"), heard(account)
    of_schedules = role(account, "schedules", ("events:PutEvents", bus), service=SCHEDULER)
    scheduler.create_schedule(**asked(bus, of_schedules))
    with pytest.raises(ClientError, match="ConflictException"):
        scheduler.create_schedule(**asked(bus, of_schedules))
    scheduler.update_schedule(**asked(bus, of_schedules, "rate(7 days)"))

    kept = scheduler.get_schedule(**NAME)
    assert (kept["ScheduleExpression"], kept["ScheduleExpressionTimezone"]) == ("rate(7 days)", "Europe/Berlin")
    assert embedded.tell("fire", account=account.id, region="us-east-1", name="webapp")["error"] is None
    event = seen.one()
    assert (event["source"], event["detail-type"], event["detail"]) == ("goldsmith", "Build Requested", DETAIL)

    scheduler.delete_schedule(**NAME)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scheduler.get_schedule(**NAME)


@pytest.mark.parametrize(("service", "right"), [("lambda.amazonaws.com", True), (SCHEDULER, False)])
def test_its_role_must_trust_the_scheduler_and_may_put_events(
    account: Account, embedded: Embedded, service: str, *, right: bool
):
    bus, seen = heard(account)
    arn = role(account, "schedules", *([("events:PutEvents", bus)] if right else []), service=service)
    account.client("scheduler").create_schedule(**asked(bus, arn))

    assert "AccessDenied" in embedded.tell("fire", account=account.id, region="us-east-1", name="webapp")["error"]
    assert seen.messages() == []
