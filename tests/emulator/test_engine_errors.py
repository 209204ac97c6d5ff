"""The names of errors in a workflow: what Retry and Catch can match."""

import json
from typing import Any

import pytest

from checks.workflows import TRANSIENT
from tests.embedded import Account, Embedded, eventually
from tests.emulator.workflows import INVOKE, SDK, Workflows, allow, caught, only, task


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


ONE_ITEM = {"TableName": "ledger", "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)"}


@pytest.mark.contract("sdk_error_names")
@pytest.mark.parametrize(
    ("resource", "arguments", "error"),
    [
        (f"{SDK}ec2:describeImages", {"ImageIds": ["ami-00000000000000000"]}, "Ec2.Ec2Exception"),
        (f"{SDK}ssm:getParameter", {"Name": "/none"}, "Ssm.ParameterNotFoundException"),
        (f"{SDK}dynamodb:putItem", ONE_ITEM, "DynamoDb.ConditionalCheckFailedException"),
        ("arn:aws:states:::dynamodb:putItem", ONE_ITEM, "DynamoDB.ConditionalCheckFailedException"),
        (f"{SDK}lambda:getFunction", {"FunctionName": "none"}, "Lambda.ResourceNotFoundException"),
        (INVOKE, {"FunctionName": "none"}, "Lambda.ResourceNotFoundException"),
    ],
)
def test_errors_have_the_names_of_aws(flows: Workflows, resource: str, arguments: dict[str, Any], error: str):
    ledger(flows)

    assert flows.output(caught(task(resource, arguments), error)) == error


def test_an_error_without_a_request_id_can_be_caught(flows: Workflows):
    """What is not modelled is refused without one."""
    machine = caught(task(f"{SDK}ec2:describeFastLaunchImages", {}), "States.ALL")

    assert flows.output(machine) == "Ec2.Ec2Exception"


def ledger(flows: Workflows) -> None:
    """A table that already holds the item `a`."""
    table = flows.account.client("dynamodb")
    table.create_table(
        TableName="ledger", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip
    table.put_item(TableName="ledger", Item={"id": {"S": "a"}, "n": {"N": "1"}})


def test_items_keep_their_types(flows: Workflows):
    ledger(flows)
    arguments = {"TableName": "ledger", "Key": {"id": {"S": "a"}}}

    found = flows.output(task("arn:aws:states:::dynamodb:getItem", arguments, Output="{% $states.result.Item %}"))

    assert found == {"id": {"S": "a"}, "n": {"N": "1"}}


@pytest.mark.contract("error_equals")
def test_states_all_does_not_catch_what_ends_an_execution(flows: Workflows):
    machine = caught(task(f"{SDK}ec2:describeImages", {"Owner": ["self"]}), "States.ALL")

    assert flows.run(machine)["error"] == "States.Runtime"


def test_the_class_of_an_exception_is_the_error(flows: Workflows):
    machine = caught(task(INVOKE, {"FunctionName": flows.function("raise TryAgain('later')")}), "TryAgain")

    assert flows.output(machine) == "TryAgain"


@pytest.mark.parametrize("error", TRANSIENT)
def test_a_transient_error_of_lambda_has_the_name_that_step_functions_shows(flows: Workflows, error: str):
    """Weather throws the errors of the client too, which no service answers with."""
    code = error.removeprefix("Lambda.")
    flows.account.tell("weather", service="lambda", operation="Invoke", effect="fail", code=code, times=1)
    machine = caught(task(INVOKE, {"FunctionName": flows.function("return {}")}), "States.ALL")

    assert flows.output(machine) == error


def test_put_events_adds_the_execution_to_the_resources(flows: Workflows):
    sqs, events = flows.account.client("sqs"), flows.account.client("events")
    url = sqs.create_queue(QueueName="seen")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{flows.account.id}:seen"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_rule(Name="seen", EventPattern='{"source": ["goldsmith"]}')
    events.put_targets(Rule="seen", Targets=[{"Id": "1", "Arn": arn}])
    entry = {"Source": "goldsmith", "DetailType": "Image Kept", "Detail": {"reason": "IN_USE"}}

    execution = flows.start(task("arn:aws:states:::events:putEvents", {"Entries": [entry]}))

    assert flows.ended(execution)["status"] == "SUCCEEDED"
    message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
    event = json.loads(message["Body"])
    assert execution in event["resources"]
    assert event["detail"] == {"reason": "IN_USE"}


@pytest.mark.contract("put_events_errors")
def test_put_events_that_is_refused_can_be_caught(flows: Workflows):
    entry = {"Source": "goldsmith", "DetailType": "Image Kept", "Detail": {}}
    machine = caught(task("arn:aws:states:::events:putEvents", {"Entries": [entry]}), "States.ALL")

    assert flows.output(machine, flows.role(allow("sqs:*"))) == "EventBridge.AccessDeniedException"


@pytest.mark.contract("put_events_errors")
def test_put_events_with_a_failed_entry_fails(flows: Workflows):
    entry = {"Source": "aws.ec2", "DetailType": "Forged", "Detail": {}}

    ended = flows.run(task("arn:aws:states:::events:putEvents", {"Entries": [entry]}))

    assert ended["error"] == "EventBridge.FailedEntry"
    assert json.loads(ended["cause"])["FailedEntryCount"] == 1


@pytest.mark.contract("start_execution_errors")
def test_a_refused_start_has_one_exception_in_its_name(flows: Workflows):
    child = flows.machine(only({"Type": "Succeed"}))
    state = task("arn:aws:states:::states:startExecution", {"StateMachineArn": child})

    assert flows.run(state, flows.role(allow("sqs:*")))["error"] == "StepFunctions.AccessDeniedException"


def test_a_child_execution_can_be_awaited(flows: Workflows):
    child = flows.machine(only({"Type": "Pass", "Output": "{% $states.input.n + 1 %}"}))
    arguments = {"StateMachineArn": child, "Input": {"n": 1}}
    output = {"Output": "{% $states.result.Output %}"}

    assert flows.output(task("arn:aws:states:::states:startExecution.sync:2", arguments, **output)) == 2
