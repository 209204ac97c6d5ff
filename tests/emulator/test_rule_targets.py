import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, eventually
from tests.emulator.functions import function, logged, role
from tests.emulator.queues import queue
from tests.emulator.rules import EVENTS, put, rule

FINE = "def handler(event, context):\n    print('ran', event['detail'])\n"


def permit(account: Account, source: str, **more: str) -> None:
    account.client("lambda").add_permission(
        FunctionName="f",
        StatementId=f"s{len(more)}",
        Action="lambda:InvokeFunction",
        Principal=EVENTS,
        SourceArn=source,
        **more,
    )


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
    assert logged(account, "ran") == []


def test_a_function_is_invoked_by_a_rule_with_permission(account: Account):
    permit_me = function(account, FINE)
    permit(account, rule(account, permit_me))
    put(account, n=1)

    assert eventually(lambda: logged(account, "ran"))


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
    assert len(logged(account, "ran")) == 3


@pytest.mark.contract("rule_targets")
def test_an_alias_has_its_own_permission_and_its_own_destination(account: Account):
    dead, failed = queue(account, "dead", "events"), queue(account, "failed")
    may = role(account, "may-send", ("sqs:SendMessage", failed.arn))
    arn = function(account, "def handler(event, context):\n    raise KeyError(context.function_version)\n", Role=may)
    client = account.client("lambda")
    version = client.publish_version(FunctionName="f")["Version"]
    alias = client.create_alias(FunctionName="f", Name="live", FunctionVersion=version)["AliasArn"]
    client.put_function_event_invoke_config(
        FunctionName="f", Qualifier="live", MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": failed.arn}},
    )  # fmt: skip
    source = rule(account, alias, DeadLetterConfig={"Arn": dead.arn})
    permit(account, source)
    put(account, n=1)
    assert dead.one_with_attributes()[1]["TARGET_ARN"] == alias

    permit(account, source, Qualifier="live")
    put(account, n=2)

    record = failed.one()
    assert (record["requestContext"]["functionArn"], record["requestPayload"]["detail"]) == (f"{arn}:live", {"n": 2})
    assert record["responseContext"]["executedVersion"] == version
    assert record["responsePayload"]["errorMessage"] == f"'{version}'"


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


@pytest.mark.contract("targets_not_modelled")
def test_a_target_that_is_not_modelled_is_refused(account: Account):
    with pytest.raises(ClientError, match="not modelled by the embedded AWS"):
        rule(account, f"arn:aws:logs:us-east-1:{account.id}:log-group:/aws/events/x")
