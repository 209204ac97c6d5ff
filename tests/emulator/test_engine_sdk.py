from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.workflows import INVOKE, SDK, TRUST, Workflows, allow, only, task


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


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
