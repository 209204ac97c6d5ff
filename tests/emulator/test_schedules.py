import json
import os
import subprocess
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import PYTHON, ROOT, Account, Embedded, eventually
from tests.emulator.functions import function, logged, role
from tests.emulator.queues import Queue, queue

SCHEDULER = "scheduler.amazonaws.com"
CONTEXT = {
    "at": "<aws.scheduler.scheduled-time>",
    "by": "<aws.scheduler.schedule-arn>",
    "try": "<aws.scheduler.attempt-number>",
}


def schedule(account: Account, target: str, *allowed: tuple[str, str], service: str = SCHEDULER, **more: Any) -> str:
    """The ARN of a new schedule `nightly`, whose role may do `allowed`."""
    arn = role(account, "schedule", *allowed, service=service)
    made = account.client("scheduler").create_schedule(
        Name="nightly", ScheduleExpression="cron(0 2 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": target, "RoleArn": arn} | more,
    )  # fmt: skip
    made_arn: str = made["ScheduleArn"]
    return made_arn


def fire(embedded: Embedded, account: Account, name: str = "nightly") -> Any:
    return embedded.tell("fire", account=account.id, region="us-east-1", name=name)


def test_a_schedule_is_shown(account: Account, embedded: Embedded):
    target = f"arn:aws:sqs:us-east-1:{account.id}:q"
    schedule(account, target)
    account.client("events").put_rule(Name="sweep", ScheduleExpression="rate(1 hour)", State="DISABLED")

    shown = embedded.tell("schedules", account=account.id, region="us-east-1")

    assert shown == [
        {
            "name": "nightly", "kind": "schedule", "expression": "cron(0 2 * * ? *)", "time_zone": "Europe/Berlin",
            "targets": [target], "state": "ENABLED",
        },
        {
            "name": "sweep", "kind": "rule", "expression": "rate(1 hour)", "time_zone": "UTC",
            "targets": [], "state": "DISABLED",
        },
    ]  # fmt: skip
    assert embedded.tell("schedules", account=account.id, region="eu-west-1") == []


def test_it_fires_with_its_role_and_its_context(account: Account, embedded: Embedded):
    seen = queue(account, "seen")
    arn = schedule(account, seen.arn, ("sqs:SendMessage", seen.arn), Input=json.dumps(CONTEXT))

    assert fire(embedded, account)["error"] is None

    got = seen.one()
    assert (got["by"], got["try"]) == (arn, "1")
    assert got["at"].endswith("Z")


def test_it_invokes_a_function(account: Account, embedded: Embedded):
    arn = function(account, "def handler(event, context):\n    print('swept', event)\n")
    schedule(account, arn, ("lambda:InvokeFunction", arn), Input='{"family": "webapp"}')
    fire(embedded, account)

    assert eventually(lambda: logged(account, "swept")) == ["swept {'family': 'webapp'}"]


@pytest.mark.parametrize("service", [SCHEDULER, "events.amazonaws.com"])
def test_without_permission_or_trust_it_goes_to_the_dead_letters(account: Account, embedded: Embedded, service: str):
    seen, dead = queue(account, "seen"), queue(account, "dead")
    allowed = seen if service != SCHEDULER else dead
    arn = schedule(
        account, seen.arn, ("sqs:SendMessage", allowed.arn), service=service, Input='{"a": 1}',
        DeadLetterConfig={"Arn": dead.arn},
    )  # fmt: skip

    fired = fire(embedded, account)

    assert "AccessDenied" in fired["error"]
    assert seen.messages() == []
    if service == SCHEDULER:
        body, attributes = dead.one_with_attributes()
        assert body == {"a": 1}
        assert (attributes["SCHEDULE_ARN"], attributes["TARGET_ARN"]) == (arn, seen.arn)
        assert "not authorized to perform: sqs:SendMessage" in attributes["ERROR_MESSAGE"]
        assert "EXHAUSTED_RETRY_CONDITION" not in attributes
    else:
        assert dead.messages() == []


def throttled(account: Account, dead: Queue) -> None:
    arn = function(account, "def handler(event, context): pass\n")
    account.client("lambda").put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    schedule(
        account, "arn:aws:scheduler:::aws-sdk:lambda:invoke", ("lambda:InvokeFunction", arn), ("sqs:SendMessage", "*"),
        Input=json.dumps({"FunctionName": "f"}), RetryPolicy={"MaximumRetryAttempts": 2},
        DeadLetterConfig={"Arn": dead.arn},
    )  # fmt: skip


def test_a_throttled_target_is_tried_again_at_once(account: Account, embedded: Embedded):
    dead = queue(account, "dead")
    throttled(account, dead)

    assert fire(embedded, account) | {"id": ""} == {"id": "", "attempts": 3, "error": "TooManyRequestsException"}

    attributes = dead.one_with_attributes()[1]
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert attributes["RETRY_ATTEMPTS"] == "2"


def test_a_rule_with_a_schedule_fires_at_its_targets(account: Account, embedded: Embedded):
    seen = queue(account, "seen", "events")
    events = account.client("events")
    arn = events.put_rule(Name="sweep", ScheduleExpression="rate(1 day)")["RuleArn"]
    events.put_targets(Rule="sweep", Targets=[{"Id": "q", "Arn": seen.arn}])

    fire(embedded, account, "sweep")

    event = seen.one()
    assert (event["source"], event["detail-type"], event["resources"]) == ("aws.events", "Scheduled Event", [arn])


@pytest.mark.parametrize(
    ("state", "says"), [("DISABLED", "is DISABLED"), ("ENABLED", "0 schedules are called 'other'")]
)
def test_what_is_disabled_or_missing_does_not_fire(account: Account, embedded: Embedded, state: str, says: str):
    account.client("events").put_rule(Name="sweep", ScheduleExpression="rate(1 day)", State=state)

    with pytest.raises(ValueError, match=says):
        fire(embedded, account, "sweep" if state == "DISABLED" else "other")


@pytest.mark.contract("schedules_checked")
@pytest.mark.parametrize(
    ("expression", "zone", "why"),
    [
        ("cron(0 4 * * TUE *)", "UTC", "Invalid Schedule Expression cron"),
        ("every tuesday", "UTC", "Invalid Schedule Expression every"),
        ("rate(7 days)", "Europe/Atlantis", "Invalid Schedule Expression Timezone"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(account: Account, expression: str, zone: str, why: str):
    schedule(account, f"arn:aws:sqs:us-east-1:{account.id}:q")
    scheduler = account.client("scheduler")
    kept = scheduler.get_schedule(Name="nightly")
    changed = {name: kept[name] for name in ("FlexibleTimeWindow", "Target")}
    changed |= {"ScheduleExpression": expression, "ScheduleExpressionTimezone": zone}

    for ask, name in ((scheduler.create_schedule, "other"), (scheduler.update_schedule, "nightly")):
        with pytest.raises(ClientError, match=why):
            ask(Name=name, **changed)

    assert scheduler.get_schedule(Name="nightly")["ScheduleExpression"] == kept["ScheduleExpression"]


@pytest.mark.contract("cfn_schedule")
def test_a_schedule_of_a_stack_keeps_its_time_zone(account: Account, embedded: Embedded):
    properties = {
        "Name": "nightly", "ScheduleExpression": "cron(0 2 * * ? *)", "ScheduleExpressionTimezone": "Europe/Berlin",
        "FlexibleTimeWindow": {"Mode": "OFF"}, "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"},
    }  # fmt: skip
    template = {"Resources": {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}}
    account.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))

    eventually(lambda: embedded.tell("schedules", account=account.id, region="us-east-1"))

    kept = account.client("scheduler").get_schedule(Name="nightly")
    assert (kept["ScheduleExpressionTimezone"], kept["ActionAfterCompletion"]) == ("Europe/Berlin", "DELETE")


CLOCKS = """
from emulator import patches
from ministack.services import eventbridge, scheduler
patches.apply_all()
eventbridge.start_scheduler(); scheduler.start_scheduler()
print(eventbridge._scheduler_thread, scheduler._ticker_thread)
"""


@pytest.mark.contract("schedules_on_demand")
def test_the_clock_starts_nothing():
    run = subprocess.run([PYTHON, "-c", CLOCKS], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["None", "None"]
