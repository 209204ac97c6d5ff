import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.local.workflows import TRUST, Workflows, allow, only

SDK = "arn:aws:states:::aws-sdk:"
INVOKE = "arn:aws:states:::lambda:invoke"


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def task(resource: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return only({"Type": "Task", "Resource": resource, "Arguments": arguments} | more)


def caught(machine: dict[str, Any], *errors: str) -> dict[str, Any]:
    """`machine`, whose task catches `errors` and gives the error's name."""
    do = machine["States"]["Do"] | {"Catch": [{"ErrorEquals": list(errors), "Next": "Caught"}]}
    tell = {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True}
    return machine | {"States": {"Do": do, "Caught": tell}}


@pytest.mark.contract("execution_role")
def test_a_role_without_the_permission_is_refused(flows: Workflows):
    function, role = flows.function("return 1"), flows.role(allow("sqs:SendMessage"))

    ended = flows.run(task(INVOKE, {"FunctionName": function}), role)

    assert ended["error"] == "Lambda.AccessDeniedException"
    assert role.rsplit("/", 1)[1] in ended["cause"]
    assert "lambda:InvokeFunction" in ended["cause"]


@pytest.mark.contract("execution_role")
def test_a_permission_for_one_function_is_no_permission_for_another(flows: Workflows):
    mine, other = flows.function("return 'mine'"), flows.function("return 'other'")
    role = flows.role(allow("lambda:InvokeFunction", resource=mine))

    assert flows.output(task(INVOKE, {"FunctionName": mine}, Output="{% $states.result.Payload %}"), role) == "mine"
    assert flows.run(task(INVOKE, {"FunctionName": other}), role)["error"] == "Lambda.AccessDeniedException"


@pytest.mark.contract("iam_trust")
def test_a_role_must_trust_step_functions(flows: Workflows):
    principal = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = flows.role(trust={"Version": "2012-10-17", "Statement": [principal]})

    with pytest.raises(ClientError, match=r"Neither the global service principal states\.amazonaws\.com"):
        flows.machine(only({"Type": "Succeed"}), role)


@pytest.mark.contract("state_credentials")
def test_a_state_with_credentials_acts_as_that_role(flows: Workflows):
    execution_role = flows.role(allow("sts:AssumeRole"))
    principal = {"Effect": "Allow", "Principal": {"AWS": execution_role}, "Action": "sts:AssumeRole"}
    target = flows.role(trust={"Version": "2012-10-17", "Statement": [principal]})
    closed = flows.role(trust=TRUST)
    who = {"Output": "{% $states.result.Arn %}"}

    def as_role(role: str) -> dict[str, Any]:
        return task(f"{SDK}sts:getCallerIdentity", {}, Credentials={"RoleArn": role}, **who)

    assert f"assumed-role/{target.rsplit('/', 1)[1]}/" in flows.output(as_role(target), execution_role)
    refused = flows.run(as_role(closed), execution_role)
    assert refused["error"] == "States.TaskFailed"
    assert f"{execution_role} is not authorized to assume the task state's role, {closed}" in refused["cause"]


@pytest.mark.contract("task_shapes")
def test_parameters_and_results_are_pascal_case_and_moments_are_text(flows: Workflows):
    """The API itself says name, stateMachines, creationDate."""
    state = task(f"{SDK}sfn:listStateMachines", {"MaxResults": 5.0}, Output="{% $states.result.StateMachines[0] %}")

    listed = flows.output(state)

    assert listed["StateMachineArn"].endswith(listed["Name"])
    assert listed["CreationDate"].endswith("Z")


@pytest.mark.contract("task_shapes")
@pytest.mark.parametrize(
    ("resource", "arguments", "field"),
    [
        (f"{SDK}sfn:listStateMachines", {"maxResults": 5}, "maxResults"),
        (f"{SDK}ec2:describeImages", {"Owner": ["self"]}, "Owner"),
        (INVOKE, {"FunctionName": "f", "Retries": 2}, "Retries"),
    ],
)
def test_a_field_the_api_does_not_have_is_refused(
    flows: Workflows, resource: str, arguments: dict[str, Any], field: str
):
    ended = flows.run(task(resource, arguments))

    assert ended["error"] == "States.Runtime"
    assert f'The field "{field}" is not supported' in ended["cause"]


@pytest.mark.contract("task_shapes")
def test_an_asynchronous_invocation_gets_no_result(flows: Workflows):
    arguments = {"FunctionName": flows.function("return 1"), "InvocationType": "Event"}

    assert flows.output(task(INVOKE, arguments, Output="{% $states.result.StatusCode %}")) == 202


@pytest.mark.contract("task_operations")
def test_services_have_the_names_of_the_sdk_for_java(flows: Workflows):
    arguments = {"Entries": [{"Source": "goldsmith", "DetailType": "Test", "Detail": "{}"}]}
    output = {"Output": "{% $states.result.FailedEntryCount %}"}

    assert flows.output(task(f"{SDK}eventbridge:putEvents", arguments, **output)) == 0
    with pytest.raises(flows.sfn.exceptions.InvalidDefinition, match="not recognized"):
        flows.machine(task(f"{SDK}events:putEvents", arguments))


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
