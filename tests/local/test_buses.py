import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.local.functions import function, role
from tests.local.queues import Queue, queue

PATTERN = json.dumps({"source": ["goldsmith"]})
FINE = "def handler(event, context):\n    print('ran', event['detail'])\n"
EVENTS = "events.amazonaws.com"


def bus(account: Account, region: str = "us-east-1", name: str = "default") -> str:
    return f"arn:aws:events:{region}:{account.id}:event-bus/{name}"


def rule(account: Account, target: str, region: str = "us-east-1", on: str = "default", **more: Any) -> str:
    """The ARN of a new rule on a bus, with one target."""
    events = account.client("events", region)
    arn: str = events.put_rule(Name="r", EventPattern=PATTERN, EventBusName=on)["RuleArn"]
    events.put_targets(Rule="r", EventBusName=on, Targets=[{"Id": "t", "Arn": target} | more])
    return arn


def put(account: Account, region: str = "us-east-1", on: str = "default", **detail: Any) -> str:
    """The id of a new event."""
    entry = {"Source": "goldsmith", "DetailType": "Image Built", "Detail": json.dumps(detail), "EventBusName": on}
    answer = account.client("events", region).put_events(Entries=[entry])
    event_id: str = answer["Entries"][0]["EventId"]
    return event_id


def permit(account: Account, source: str) -> None:
    account.client("lambda").add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal=EVENTS, SourceArn=source
    )


def said(account: Account, words: str) -> list[Any]:
    groups = account.client("logs").describe_log_groups()["logGroups"]
    if not groups:
        return []
    logs = account.client("logs").filter_log_events(logGroupName="/aws/lambda/f", filterPattern=words)
    return logs["events"]  # type: ignore[no-any-return]


@pytest.mark.contract("rule_targets")
def test_a_function_is_not_invoked_by_a_rule_without_permission(account: Account):
    dead = queue(account, "dead", "events")
    target = function(account, FINE)
    arn = rule(account, target, DeadLetterConfig={"Arn": dead.arn})
    permit(account, arn + "-of-another-name")
    event_id = put(account, n=1)

    event, attributes = dead.one_with_attributes()

    assert (event["id"], event["detail"]) == (event_id, {"n": 1})
    assert attributes.pop("ERROR_MESSAGE") == f"The policy of {target} does not allow {EVENTS} lambda:InvokeFunction"
    assert attributes == {
        "RULE_ARN": arn, "TARGET_ARN": target, "ERROR_CODE": "NO_PERMISSIONS", "RETRY_ATTEMPTS": "0",
    }  # fmt: skip
    assert said(account, "ran") == []


def test_a_function_is_invoked_by_a_rule_with_permission(account: Account):
    permit_me = function(account, FINE)
    permit(account, rule(account, permit_me))
    put(account, n=1)

    assert eventually(lambda: said(account, "ran"))


@pytest.mark.contract("rule_targets")
def test_a_failing_function_is_retried_when_a_rule_invokes_it(account: Account):
    dead = queue(account, "dead")
    may = role(account, "may-send", ("sqs:SendMessage", dead.arn))
    arn = function(
        account, "def handler(event, context):\n    print('ran')\n    raise ValueError\n",
        Role=may, DeadLetterConfig={"TargetArn": dead.arn},
    )  # fmt: skip
    permit(account, rule(account, arn))
    put(account, n=2)

    assert dead.one()["detail"] == {"n": 2}
    assert len(said(account, "ran")) == 3


@pytest.mark.contract("rule_targets")
@pytest.mark.parametrize("service", ["lambda", "sqs", "sns", "states"])
def test_a_missing_target_means_a_dead_letter(account: Account, service: str):
    dead = queue(account, "dead", "events")
    kind = {"lambda": "function:", "sqs": "", "sns": "", "states": "stateMachine:"}[service]
    may = role(account, "rule", ("*", "*"), service=EVENTS)
    rule(
        account, f"arn:aws:{service}:us-east-1:{account.id}:{kind}gone",
        RoleArn=may, DeadLetterConfig={"Arn": dead.arn},
    )  # fmt: skip
    put(account)

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_RESOURCE"


@pytest.mark.contract("rule_targets")
def test_retries_are_counted_and_run_out(account: Account):
    dead, fifo = queue(account, "dead", "events"), queue(account, "q.fifo", "events", FifoQueue="true")
    rule(account, fifo.arn, RetryPolicy={"MaximumRetryAttempts": 4}, DeadLetterConfig={"Arn": dead.arn})
    put(account)

    attributes = dead.one_with_attributes()[1]

    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("SDK_CLIENT_ERROR", "4")
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


@pytest.mark.contract("rule_targets")
def test_a_queue_and_a_dead_letter_queue_need_a_policy(account: Account):
    closed, dead = queue(account, "closed"), queue(account, "dead", "events")
    rule(account, closed.arn, DeadLetterConfig={"Arn": dead.arn})
    put(account)

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"
    assert closed.messages() == []


MACHINE = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


@pytest.mark.contract("rule_targets")
@pytest.mark.parametrize("action", ["states:StartExecution", "states:StopExecution"])
def test_a_workflow_is_started_with_the_role_of_the_target(account: Account, action: str):
    dead, states = queue(account, "dead", "events"), account.client("stepfunctions")
    machine = states.create_state_machine(
        name="m", definition=json.dumps(MACHINE), roleArn=role(account, "m", service="states.amazonaws.com")
    )["stateMachineArn"]
    may = role(account, "rule", (action, machine), service=EVENTS)
    rule(account, machine, RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, n=3)

    if action == "states:StartExecution":
        started = eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
        run = states.describe_execution(executionArn=started[0]["executionArn"])
        assert json.loads(run["input"])["detail"] == {"n": 3}
    else:
        assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"
        assert states.list_executions(stateMachineArn=machine)["executions"] == []


def listening(account: Account, region: str = "us-east-1", name: str = "default", **target: Any) -> Queue:
    """A queue that gets what reaches a bus."""
    seen = queue(account, "seen", "events", region=region)
    rule(account, seen.arn, region, name, **target)
    return seen


@pytest.mark.contract("rule_targets")
def test_an_event_reaches_a_bus_in_another_region_as_it_was(account: Account):
    account.client("events").create_event_bus(Name="home")
    seen = listening(account, name="home")
    may = role(account, "forward", ("events:PutEvents", bus(account, name="home")), service=EVENTS)
    rule(account, bus(account, name="home"), "eu-central-1", RoleArn=may)
    event_id = put(account, "eu-central-1", n=4)

    event = seen.one()

    assert (event["id"], event["region"], event["account"]) == (event_id, "eu-central-1", account.id)
    assert event["detail"] == {"n": 4}


@pytest.mark.contract("rule_targets")
@pytest.mark.parametrize("trusted", [EVENTS, "lambda.amazonaws.com"])
def test_forwarding_needs_a_role_that_eventbridge_may_assume_and_that_may_put(account: Account, trusted: str):
    dead, home = queue(account, "dead", "events", region="eu-central-1"), bus(account)
    action = "events:PutEvents" if trusted != EVENTS else "events:PutRule"
    may = role(account, "forward", (action, home), service=trusted)
    rule(account, home, "eu-central-1", RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, "eu-central-1")

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"


@pytest.mark.contract("bus_policies", "rule_targets")
@pytest.mark.parametrize("how", ["nobody", "account", "policy"])
def test_a_bus_of_another_account_must_let_the_sender_in(account: Account, embedded: Embedded, how: str):
    home, dead = embedded.new_account(), queue(account, "dead", "events")
    seen = listening(home)
    if how == "account":
        home.client("events").put_permission(Action="events:PutEvents", Principal=account.id, StatementId="member")
    if how == "policy":
        statement = {
            "Sid": "member", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
            "Action": "events:PutEvents", "Resource": bus(home),
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        home.client("events").put_permission(Policy=policy)
    may = role(account, "forward", ("events:PutEvents", bus(home)), service=EVENTS)
    rule(account, bus(home), RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, n=5)

    if how == "nobody":
        assert dead.one_with_attributes()[1]["ERROR_CODE"] == "NO_PERMISSIONS"
        assert seen.messages() == []
    else:
        assert seen.one()["account"] == account.id


@pytest.mark.contract("rule_targets")
def test_an_event_is_not_forwarded_to_a_third_bus(account: Account):
    regions = "us-east-1", "eu-central-1", "eu-west-1"
    may = role(account, "forward", ("events:PutEvents", "*"), service=EVENTS)
    dead = queue(account, "dead", "events", region=regions[1])
    rule(account, bus(account, regions[1]), regions[0], RoleArn=may)
    rule(account, bus(account, regions[2]), regions[1], RoleArn=may, DeadLetterConfig={"Arn": dead.arn})
    put(account, regions[0])

    assert dead.one_with_attributes()[1]["ERROR_CODE"] == "THIRD_REGION_HOP_DETECTED"


def test_a_bus_in_another_region_needs_a_role(account: Account):
    with pytest.raises(ClientError, match="RoleArn is required"):
        rule(account, bus(account, "eu-central-1"))
