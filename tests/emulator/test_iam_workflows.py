"""What AWS evaluates for workflows, functions, events and schedules: one row per allow and per deny."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import Account
from tests.permissions import Statement, allow, denial, make_role, role

MACHINE = "arn:aws:states:us-east-1:{0}:stateMachine:watch"
EXECUTION = "arn:aws:states:us-east-1:{0}:execution:watch:one"
FUNCTION = "arn:aws:lambda:us-east-1:{0}:function:decide"
RULE = "arn:aws:events:us-east-1:{0}:rule/nightly"
BUS = "arn:aws:events:us-east-1:{0}:event-bus/goldsmith"
SCHEDULE = "arn:aws:scheduler:us-east-1:{0}:schedule/nights/sweep"
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})

Call = Callable[[Callable[[str], Any], str], Any]


def start(qualifier: str = "") -> Call:
    return lambda client, account: client("stepfunctions").start_execution(
        stateMachineArn=MACHINE.format(account) + qualifier
    )


def of_execution(operation: str) -> Call:
    return lambda client, account: getattr(client("stepfunctions"), operation)(executionArn=EXECUTION.format(account))


def invoke(**more: str) -> Call:
    return lambda client, _: client("lambda").invoke(**{"FunctionName": "decide", **more})


def put_events(source: str = "goldsmith", bus: str = "goldsmith") -> Call:
    entry = {"Source": source, "DetailType": "Image Ready", "Detail": "{}", "EventBusName": bus}
    return lambda client, _: client("events").put_events(Entries=[entry])


def schedule(operation: str = "delete_schedule", **more: Any) -> Call:
    return lambda client, _: getattr(client("scheduler"), operation)(Name="sweep", GroupName="nights", **more)


OURS: Any = {"StringEquals": {"events:source": "goldsmith", "events:detail-type": "Image Ready"}}
LIVE = {"StringEquals": {"states:StateMachineQualifier": "live"}}

CASES: dict[str, tuple[Call, list[Statement], str]] = {
    "start": (start(), [allow("states:StartExecution", MACHINE)], ""),
    "start another": (start(), [allow("states:StartExecution", MACHINE + "2")], "states:StartExecution on resource: "),
    "start an alias": (start(":live"), [allow("states:StartExecution", MACHINE, **LIVE)], ""),
    "start another alias": (start(":next"), [allow("states:StartExecution", MACHINE, **LIVE)], "StartExecution"),
    "stop": (of_execution("stop_execution"), [allow("states:StopExecution", EXECUTION)], ""),
    "stop by the machine": (of_execution("stop_execution"), [allow("states:StopExecution", MACHINE)], ":execution:"),
    "describe": (of_execution("describe_execution"), [allow("states:DescribeExecution", EXECUTION)], ""),
    "history": (of_execution("get_execution_history"), [allow("states:DescribeExecution", EXECUTION)], "History"),
    "resume": (
        lambda client, _: client("stepfunctions").send_task_success(taskToken="t", output="{}"),
        [allow("states:SendTaskSuccess")],
        "",
    ),
    "resume has no resource": (
        lambda client, _: client("stepfunctions").send_task_success(taskToken="t", output="{}"),
        [allow("states:SendTaskSuccess", MACHINE)],
        "states:SendTaskSuccess on resource: *",
    ),
    "invoke": (invoke(), [allow("lambda:InvokeFunction", FUNCTION)], ""),
    "invoke an alias": (invoke(Qualifier="live"), [allow("lambda:InvokeFunction", FUNCTION + ":live")], ""),
    "invoke an alias by name": (
        invoke(FunctionName="decide:live"),
        [allow("lambda:InvokeFunction", FUNCTION + ":live")],
        "",
    ),
    "an alias is not the function": (
        invoke(Qualifier="live"),
        [allow("lambda:InvokeFunction", FUNCTION)],
        ":function:decide:live",
    ),
    "the function is not its alias": (
        invoke(),
        [allow("lambda:InvokeFunction", FUNCTION + ":*")],
        "lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:",
    ),
    "event invoke config is no GetFunction": (
        lambda client, _: client("lambda").put_function_event_invoke_config(FunctionName="decide"),
        [allow("lambda:UpdateFunctionCode", FUNCTION)],
        "lambda:PutFunctionEventInvokeConfig",
    ),
    "put events": (put_events(), [allow("events:PutEvents", BUS, **OURS)], ""),
    "put events of another source": (put_events("other"), [allow("events:PutEvents", BUS, **OURS)], "events:PutEvents"),
    "put events on another bus": (
        put_events(bus="default"),
        [allow("events:PutEvents", BUS, **OURS)],
        "events:PutEvents on resource: arn:aws:events:us-east-1:",
    ),
    "rule of the default bus": (
        lambda client, _: client("events").disable_rule(Name="nightly"),
        [allow("events:DisableRule", RULE)],
        "",
    ),
    "rule of another bus": (
        lambda client, _: client("events").disable_rule(Name="nightly", EventBusName="goldsmith"),
        [allow("events:DisableRule", RULE)],
        ":rule/goldsmith/nightly",
    ),
    "schedule": (schedule(), [allow("scheduler:DeleteSchedule", SCHEDULE)], ""),
    "schedule of another group": (
        schedule(),
        [allow("scheduler:DeleteSchedule", SCHEDULE.replace("nights", "default"))],
        ":schedule/nights/sweep",
    ),
    "schedule with a role": (
        schedule(
            "create_schedule",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:111122223333:q", "RoleArn": "arn:aws:iam::111122223333:role/r"},
        ),
        [allow("scheduler:CreateSchedule", SCHEDULE)],
        "iam:PassRole on resource: arn:aws:iam::111122223333:role/r",
    ),
}


@pytest.mark.contract("iam_resources", "iam_unknown_actions")
@pytest.mark.parametrize(("call", "statements", "named"), CASES.values(), ids=CASES)
def test_workflows_and_events(account: Account, call: Call, statements: list[Statement], named: str):
    account.client("events").create_event_bus(Name="goldsmith")
    filled = json.loads(json.dumps(statements).replace("{0}", account.id))
    caller = role(account, *filled)

    message = denial(lambda: call(caller.client, account.id))

    assert named in message
    assert bool(message) is bool(named)


@pytest.mark.contract("iam_events_once")
def test_events_for_two_buses_are_each_evaluated_with_their_own_keys(account: Account):
    for name in ("goldsmith", "fleet"):
        account.client("events").create_event_bus(Name=name)
    sender = role(account, allow("events:PutEvents", **OURS))
    entry = {"Source": "goldsmith", "DetailType": "Image Ready", "Detail": "{}"}
    entries = [entry | {"EventBusName": "goldsmith"}, entry | {"EventBusName": "fleet"}]
    stray = [*entries, entry | {"EventBusName": "fleet", "Source": "other"}]

    assert denial(lambda: sender.client("events").put_events(Entries=entries)) == ""
    assert ":event-bus/fleet" in denial(lambda: sender.client("events").put_events(Entries=stray))


PASSES: dict[str, tuple[str, Call]] = {
    "lambda.amazonaws.com": (
        "lambda:CreateFunction",
        lambda client, role_arn: client("lambda").create_function(
            FunctionName="f", Role=role_arn, Runtime="python3.13", Handler="a.b", Code={"ZipFile": b"x"}
        ),
    ),
    "states.amazonaws.com": (
        "states:CreateStateMachine",
        lambda client, role_arn: client("stepfunctions").create_state_machine(
            name="m", definition=DEFINITION, roleArn=role_arn
        ),
    ),
    "events.amazonaws.com": (
        "events:PutTargets",
        lambda client, role_arn: client("events").put_targets(
            Rule="r", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:111122223333:q", "RoleArn": role_arn}]
        ),
    ),
}


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(("service", "action", "call"), [(service, *case) for service, case in PASSES.items()])
def test_handing_over_a_role_needs_pass_role_to_that_service(account: Account, service: str, action: str, call: Call):
    handed = make_role(account, services=(service,))
    to_it = allow("iam:PassRole", handed, StringEquals={"iam:PassedToService": service})
    to_ec2 = allow("iam:PassRole", handed, StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})

    passing, other = role(account, allow(action), to_it), role(account, allow(action), to_ec2)

    assert denial(lambda: call(passing.client, handed)) == ""
    assert f"iam:PassRole on resource: {handed}" in denial(lambda: call(other.client, handed))
