import json
from typing import Any

import pytest

from tests.embedded import Account, Embedded, eventually
from tests.emulator.workflows import Workflows, allow, only


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    made = Workflows(embedded, account)
    account.client("sqs").create_queue(QueueName="tokens")
    return made


def token_task(flows: Workflows, **more: Any) -> dict[str, Any]:
    url = f"{flows.account.endpoint}/{flows.account.id}/tokens"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": url, "MessageBody": "{% $states.context.Task.Token %}"},
    } | more


def token(flows: Workflows) -> str:
    """The next token that a task sent to the queue."""
    sqs, url = flows.account.client("sqs"), f"{flows.account.endpoint}/{flows.account.id}/tokens"
    message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return str(message["Body"])


@pytest.mark.contract("task_answers")
def test_success_is_the_result(flows: Workflows):
    execution = flows.start(only(token_task(flows)))

    flows.sfn.send_task_success(taskToken=token(flows), output='{"image": "ami-1"}')

    assert json.loads(flows.ended(execution)["output"]) == {"image": "ami-1"}


@pytest.mark.contract("task_answers")
def test_failure_keeps_error_and_cause(flows: Workflows):
    execution = flows.start(only(token_task(flows)))

    flows.sfn.send_task_failure(taskToken=token(flows), error="AmiFailed", cause="no space")

    ended = flows.ended(execution)
    assert (ended["error"], ended["cause"]) == ("AmiFailed", "no space")
    failed = next(event for event in flows.history(execution) if event["type"] == "TaskFailed")
    assert failed["taskFailedEventDetails"]["error"] == "AmiFailed"
    assert failed["taskFailedEventDetails"]["cause"] == "no space"


@pytest.mark.contract("states_errors_travel")
def test_failure_may_carry_the_name_of_a_states_error(flows: Workflows):
    execution = flows.start(only(token_task(flows)))

    flows.sfn.send_task_failure(taskToken=token(flows), error="States.Timeout", cause="of something else")

    assert flows.ended(execution)["error"] == "States.Timeout"


@pytest.mark.contract("token_per_attempt")
def test_each_attempt_has_a_token_of_its_own(flows: Workflows):
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    execution = flows.start(only(token_task(flows, TimeoutSeconds=60, Retry=retry)))
    first = token(flows)
    flows.expire(kind="timeout")
    flows.expire(kind="retry")
    second = token(flows)

    with pytest.raises(flows.sfn.exceptions.TaskTimedOut):
        flows.sfn.send_task_success(taskToken=first, output='"late"')
    with pytest.raises(flows.sfn.exceptions.TaskTimedOut):
        flows.sfn.send_task_heartbeat(taskToken=first)
    flows.sfn.send_task_success(taskToken=second, output='"in time"')

    assert json.loads(flows.ended(execution)["output"]) == "in time"
    assert first != second


@pytest.mark.contract("task_answers")
def test_a_token_is_good_for_one_answer(flows: Workflows):
    execution = flows.start(only(token_task(flows)))
    used = token(flows)
    flows.sfn.send_task_success(taskToken=used, output='"first"')

    with pytest.raises(flows.sfn.exceptions.TaskTimedOut):
        flows.sfn.send_task_success(taskToken=used, output='"second"')
    assert json.loads(flows.ended(execution)["output"]) == "first"
    with pytest.raises(flows.sfn.exceptions.InvalidToken):
        flows.sfn.send_task_success(taskToken="unknown", output="{}")


def test_a_token_of_a_stopped_execution_is_over(flows: Workflows):
    execution = flows.start(only(token_task(flows)))
    left = token(flows)

    flows.sfn.stop_execution(executionArn=execution)

    def refused() -> bool:
        try:
            flows.sfn.send_task_heartbeat(taskToken=left)
        except flows.sfn.exceptions.TaskTimedOut:
            return True
        return False

    assert eventually(refused)


@pytest.mark.contract("task_answers")
def test_another_account_cannot_use_a_token(flows: Workflows):
    flows.start(only(token_task(flows)))
    stranger = flows.embedded.new_account().client("stepfunctions")

    with pytest.raises(stranger.exceptions.InvalidToken):
        stranger.send_task_success(taskToken=token(flows), output="{}")


@pytest.mark.contract("task_answers")
def test_an_output_that_is_no_json_leaves_the_token_good(flows: Workflows):
    execution = flows.start(only(token_task(flows)))
    used = token(flows)

    with pytest.raises(flows.sfn.exceptions.InvalidOutput):
        flows.sfn.send_task_success(taskToken=used, output="{")
    flows.sfn.send_task_success(taskToken=used, output="{}")

    assert flows.ended(execution)["status"] == "SUCCEEDED"


@pytest.mark.contract("tokens_on_command")
def test_a_heartbeat_starts_the_interval_again(flows: Workflows):
    execution = flows.start(only(token_task(flows, HeartbeatSeconds=30)))
    used = token(flows)
    flows.waiting(kind="heartbeat")

    flows.sfn.send_task_heartbeat(taskToken=used)

    assert flows.waiting(kind="heartbeat")[0]["state"] == "Do"
    flows.sfn.send_task_success(taskToken=used, output='"alive"')
    assert json.loads(flows.ended(execution)["output"]) == "alive"


@pytest.mark.contract("error_equals")
@pytest.mark.contract("heartbeat_error")
@pytest.mark.parametrize("caught", ["States.HeartbeatTimeout", "States.Timeout", "States.ALL"])
def test_a_missed_heartbeat_is_caught_by_either_name(flows: Workflows, caught: str):
    task = token_task(flows, HeartbeatSeconds=30, Catch=[{"ErrorEquals": [caught], "Next": "Caught"}], End=True)
    states = {"Do": task, "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True}}
    execution = flows.start({"QueryLanguage": "JSONata", "StartAt": "Do", "States": states})

    flows.expire(kind="heartbeat")

    assert json.loads(flows.ended(execution)["output"]) == "States.HeartbeatTimeout"


def test_a_callback_function_that_fails_fails_the_task_at_once(flows: Workflows):
    arguments = {"FunctionName": flows.function("raise TryAgain('no')"), "Payload": {}}
    resource = "arn:aws:states:::lambda:invoke.waitForTaskToken"

    ended = flows.run(only({"Type": "Task", "Resource": resource, "Arguments": arguments}))

    assert ended["error"] == "TryAgain"


def test_a_timeout_in_a_branch_keeps_its_name(flows: Workflows):
    branch = {"StartAt": "Ask", "States": {"Ask": token_task(flows, TimeoutSeconds=5, End=True)}}
    execution = flows.start(only({"Type": "Parallel", "Branches": [branch]}), flows.role(allow("sqs:*")))

    flows.expire(state="Ask", kind="timeout")

    assert flows.ended(execution)["error"] == "States.Timeout"
