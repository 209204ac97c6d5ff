import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.workflows import Workflows, only

PAUSE = only({"Type": "Wait", "Seconds": 3600})
HELLO = only({"Type": "Pass", "Output": "{% 'Hello ' & $states.input.name %}"})


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


@pytest.mark.contract("moto_engine")
def test_moto_executes(flows: Workflows):
    """ministack's own interpreter knows no JSONPath filter."""
    pick = {"Type": "Pass", "InputPath": "$.images[?(@.state == 'new')].id", "End": True}

    assert flows.output({"StartAt": "Do", "States": {"Do": pick}}, value={"images": [{"id": 1, "state": "new"}]}) == [1]


@pytest.mark.contract("start_execution")
def test_starting_twice_with_the_same_input_is_one_execution(flows: Workflows):
    machine = flows.machine(PAUSE)
    first = flows.sfn.start_execution(stateMachineArn=machine, name="once", input='{"a": 1}')

    again = flows.sfn.start_execution(stateMachineArn=machine, name="once", input='{"a": 1}')

    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    with pytest.raises(flows.sfn.exceptions.ExecutionAlreadyExists):
        flows.sfn.start_execution(stateMachineArn=machine, name="once", input='{"a": 2}')
    flows.expire(kind="wait")
    flows.ended(first["executionArn"])
    with pytest.raises(flows.sfn.exceptions.ExecutionAlreadyExists):
        flows.sfn.start_execution(stateMachineArn=machine, name="once", input='{"a": 1}')


@pytest.mark.contract("start_execution")
@pytest.mark.parametrize("name", ["a" * 81, "a b", "a/b", "a*"])
def test_names_follow_the_rules(flows: Workflows, name: str):
    machine = flows.machine(PAUSE)
    with pytest.raises(flows.sfn.exceptions.InvalidName):
        flows.sfn.start_execution(stateMachineArn=machine, name=name)
    with pytest.raises(flows.sfn.exceptions.InvalidName):
        flows.sfn.create_state_machine(name=name, definition=json.dumps(PAUSE), roleArn=flows.role())


@pytest.mark.contract("start_execution")
def test_input_is_json_of_at_most_256_kib(flows: Workflows):
    machine = flows.machine(PAUSE)
    with pytest.raises(flows.sfn.exceptions.InvalidExecutionInput):
        flows.sfn.start_execution(stateMachineArn=machine, input="{")
    with pytest.raises(ClientError, match="262144"):
        flows.sfn.start_execution(stateMachineArn=machine, input=json.dumps("x" * 262_144))


@pytest.mark.contract("stop_and_history")
def test_no_state_runs_after_a_stop(flows: Workflows):
    states = {"Wait": {"Type": "Wait", "Seconds": 60, "Next": "After"}, "After": {"Type": "Pass", "End": True}}
    execution = flows.start({"StartAt": "Wait", "States": states})
    flows.waiting()

    flows.sfn.stop_execution(executionArn=execution, error="Enough", cause="by hand")

    eventually(lambda: not flows.timers())
    history = flows.history(execution)
    assert [event["type"] for event in history] == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]
    assert history[-1]["executionAbortedEventDetails"] == {"error": "Enough", "cause": "by hand"}


def test_an_execution_stopped_as_it_starts_stays_stopped(flows: Workflows):
    execution = flows.start(HELLO, value={"name": "x"} | {"long": "y" * 100_000})
    try:
        flows.sfn.stop_execution(executionArn=execution)
    except ClientError:  # it was faster
        assert flows.ended(execution)["status"] == "SUCCEEDED"
    else:
        assert flows.ended(execution)["status"] == "ABORTED"
    assert flows.timers() == []


@pytest.mark.contract("stop_and_history")
def test_a_running_execution_has_a_history(flows: Workflows):
    execution = flows.start(PAUSE)
    flows.waiting()

    assert [event["type"] for event in flows.history(execution)] == ["ExecutionStarted", "WaitStateEntered"]


def test_history_comes_in_pages_and_in_reverse(flows: Workflows):
    execution = flows.start(HELLO, value={"name": "you"})
    flows.ended(execution)

    first = flows.sfn.get_execution_history(executionArn=execution, maxResults=2, reverseOrder=True)
    rest = flows.sfn.get_execution_history(
        executionArn=execution, maxResults=2, reverseOrder=True, nextToken=first["nextToken"]
    )

    assert [event["type"] for event in first["events"] + rest["events"]] == [
        "ExecutionSucceeded", "PassStateExited", "PassStateEntered", "ExecutionStarted",
    ]  # fmt: skip
    assert first["events"][1]["stateExitedEventDetails"]["name"] == "Do"


def test_executions_are_listed_by_status(flows: Workflows):
    machine = flows.machine(PAUSE)
    running = flows.sfn.start_execution(stateMachineArn=machine, name="a")["executionArn"]
    stopped = flows.sfn.start_execution(stateMachineArn=machine, name="b")["executionArn"]
    flows.sfn.stop_execution(executionArn=stopped)

    def named(status: str) -> list[str]:
        page = flows.sfn.list_executions(stateMachineArn=machine, statusFilter=status)
        return [each["executionArn"] for each in page["executions"]]

    assert (named("RUNNING"), named("ABORTED"), named("FAILED")) == ([running], [stopped], [])


FAILING = only({"Type": "Fail", "Error": "Nope", "Cause": "on purpose"})


@pytest.mark.contract("execution_status_events")
@pytest.mark.parametrize(
    ("definition", "end", "expected"),
    [
        (
            HELLO,
            None,
            {"status": "SUCCEEDED", "output": '"Hello you"', "redriveStatus": "NOT_REDRIVABLE", "error": None},
        ),
        (FAILING, None, {"status": "FAILED", "error": "Nope", "cause": "on purpose", "output": None}),
        (PAUSE | {"TimeoutSeconds": 9}, "expire", {"status": "TIMED_OUT", "error": "States.Timeout"}),
        (PAUSE, "stop", {"status": "ABORTED", "error": "Enough", "cause": "by hand", "redriveStatus": "REDRIVABLE"}),
    ],
)
def test_every_change_of_status_is_an_event(
    flows: Workflows, definition: dict[str, object], end: str | None, expected: dict[str, object]
):
    queue = event_queue(flows)
    execution = flows.start(definition, value={"name": "you"})
    if end == "expire":
        flows.expire(kind="execution")
    if end == "stop":
        flows.sfn.stop_execution(executionArn=execution, error="Enough", cause="by hand")
    flows.ended(execution)

    events = received(flows, queue, 2)

    details = {event["detail"]["status"]: event["detail"] for event in events}
    ended = details[str(expected["status"])]
    assert details["RUNNING"]["stopDate"] is None
    assert {field: ended[field] for field in expected} == expected
    assert events[0]["resources"] == [execution]
    assert ended["stopDate"] >= ended["startDate"] > 1_700_000_000_000
    assert ended.keys() == details["RUNNING"].keys()


def event_queue(flows: Workflows) -> str:
    sqs, events = flows.account.client("sqs"), flows.account.client("events")
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{flows.account.id}:changes"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "1", "Arn": arn}])
    return str(url)


def received(flows: Workflows, url: str, number: int) -> list[dict[str, Any]]:
    sqs = flows.account.client("sqs")
    bodies: list[dict[str, Any]] = []

    def all_there() -> bool:
        page = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        bodies.extend(json.loads(message["Body"]) for message in page.get("Messages", []))
        return len(bodies) >= number

    eventually(all_there)
    return bodies
