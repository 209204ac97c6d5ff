import pytest

from tests.embedded import Account, Embedded, eventually
from tests.emulator.workflows import Workflows, only

PAUSE = only({"Type": "Wait", "Seconds": 3600})
CALLBACK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def failing_once(flows: Workflows) -> dict[str, object]:
    """A task that fails with Nope, is retried after an hour, and fails again."""
    return only(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": flows.function("raise TryAgain('no')")},
            "Retry": [{"ErrorEquals": ["TryAgain"], "IntervalSeconds": 3600, "MaxAttempts": 1}],
        }
    )


def token_task(flows: Workflows, **more: object) -> dict[str, object]:
    url = flows.account.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    arguments = {"QueueUrl": url, "MessageBody": "{% $states.context.Task.Token %}"}
    return only({"Type": "Task", "Resource": CALLBACK, "Arguments": arguments} | more)


@pytest.mark.contract("waits_on_command")
def test_a_wait_passes_on_command(flows: Workflows):
    execution = flows.start(PAUSE)

    pending = flows.waiting()
    flows.expire(state="Do", kind="wait")

    assert pending == [
        {
            "account": flows.account.id,
            "execution": execution,
            "state": "Do",
            "iteration": None,
            "kind": "wait",
            "seconds": 3600,
        }
    ]
    assert flows.ended(execution)["status"] == "SUCCEEDED"
    assert flows.timers() == []


@pytest.mark.contract("end_wakes_waits")
def test_a_stopped_wait_ends_at_once(flows: Workflows):
    execution = flows.start(PAUSE)
    flows.waiting()

    flows.sfn.stop_execution(executionArn=execution, error="Enough", cause="by hand")

    eventually(lambda: not flows.timers())
    ended = flows.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Enough", "by hand")
    assert [event["type"] for event in flows.history(execution)][-1] == "ExecutionAborted"


@pytest.mark.contract("retries_on_command")
def test_a_retry_waits_for_its_command(flows: Workflows):
    execution = flows.start(failing_once(flows))

    assert flows.waiting(kind="retry")[0]["seconds"] == 3600
    flows.expire(kind="retry")

    assert flows.ended(execution)["error"] == "TryAgain"


@pytest.mark.contract("timeouts_on_command")
@pytest.mark.contract("tokens_on_command")
def test_a_token_task_times_out_on_command(flows: Workflows):
    execution = flows.start(token_task(flows, TimeoutSeconds=60))

    flows.expire(execution=execution, kind="timeout")

    assert flows.ended(execution)["error"] == "States.Timeout"
    assert flows.timers() == []


@pytest.mark.contract("tokens_on_command")
@pytest.mark.contract("heartbeat_error")
def test_a_missed_heartbeat_has_its_own_error(flows: Workflows):
    execution = flows.start(token_task(flows, HeartbeatSeconds=30))

    flows.expire(kind="heartbeat")

    assert flows.ended(execution)["error"] == "States.HeartbeatTimeout"


@pytest.mark.contract("execution_timeout_on_command")
def test_an_execution_times_out_on_command(flows: Workflows):
    execution = flows.start(PAUSE | {"TimeoutSeconds": 600})
    flows.waiting(kind="wait")

    flows.expire(kind="execution")

    assert flows.ended(execution)["status"] == "TIMED_OUT"
    assert flows.history(execution)[-1]["type"] == "ExecutionTimedOut"
    assert flows.timers() == []


def test_the_instant_clock_passes_waits_and_retries_and_holds_time_outs(flows: Workflows):
    flows.embedded.tell("clock", account=flows.account.id, speed="instant")

    assert flows.run(PAUSE)["status"] == "SUCCEEDED"
    assert flows.run(failing_once(flows))["error"] == "TryAgain"
    flows.start(token_task(flows, TimeoutSeconds=1))
    assert flows.waiting(kind="timeout")[0]["seconds"] == 1


def test_going_to_instant_lets_pending_waits_pass(flows: Workflows):
    execution = flows.start(PAUSE)
    flows.waiting()

    flows.embedded.tell("clock", account=flows.account.id, speed="instant")

    assert flows.ended(execution)["status"] == "SUCCEEDED"


def test_the_real_clock_needs_no_command(flows: Workflows):
    flows.embedded.tell("clock", account=flows.account.id, speed="real")

    assert flows.run(only({"Type": "Wait", "Seconds": 1}))["status"] == "SUCCEEDED"


def test_a_parallel_branch_that_fails_ends_its_siblings(flows: Workflows):
    slow = {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    wrong = {"StartAt": "Wrong", "States": {"Wrong": {"Type": "Fail", "Error": "Nope", "Cause": "on purpose"}}}

    execution = flows.start(only({"Type": "Parallel", "Branches": [slow, wrong]}))

    assert flows.ended(execution)["error"] == "Nope"
    eventually(lambda: not flows.timers())


def test_wrong_commands_are_refused(flows: Workflows):
    with pytest.raises(ValueError, match="no such speed"):
        flows.embedded.tell("clock", speed="fast")
    with pytest.raises(ValueError, match="no such field"):
        flows.embedded.tell("expire", stat="Do")
