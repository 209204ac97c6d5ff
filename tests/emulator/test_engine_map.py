"""A Map whose iterations wait for tokens side by side: what a build of several architectures is made of."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.workflows import INVOKE, Workflows


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def await_(function: str) -> dict[str, Any]:
    """A state that waits for a token, a time-out starting the wait anew, and counts in a variable."""
    payload = {"token": "{% $states.context.Task.Token %}", "architecture": "{% $architecture %}"}
    again = {"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 1}
    told = {"ErrorEquals": ["NeedsAPerson"], "Output": {"why": "{% $states.errorOutput.Cause %}"}, "Next": "End"}
    return {
        "Type": "Task", "Resource": f"{INVOKE}.waitForTaskToken", "TimeoutSeconds": 20, "Next": "Again",
        "Arguments": {"FunctionName": function, "Payload": payload}, "Retry": [again], "Catch": [told],
        "Assign": {"more": "{% $states.result.more %}", "times": "{% $times + 1 %}"},
    }  # fmt: skip


def builds(flows: Workflows) -> dict[str, Any]:
    """Each architecture waits, again while it is answered `more`, and says how often and where it was."""
    begin = {"architecture": "{% $states.input.architecture %}", "times": 0, "more": False}
    tell = {"architecture": "{% $architecture %}", "times": "{% $times %}", "family": "{% $family %}"}
    states: dict[str, Any] = {
        "Begin": {"Type": "Pass", "Assign": begin, "Next": "Await"},
        "Await": await_(flows.function("return None")),
        "Again": {"Type": "Choice", "Choices": [{"Condition": "{% $more %}", "Next": "Await"}], "Default": "Tell"},
        "Tell": {"Type": "Pass", "Output": tell, "Next": "End"},
        "End": {"Type": "Succeed"},
    }
    each = {
        "Type": "Map", "Items": ["x86_64", "arm64"], "MaxConcurrency": 2, "End": True,
        "ItemSelector": {"architecture": "{% $states.context.Map.Item.Value %}"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Begin", "States": states},
    }  # fmt: skip
    first = {"Type": "Pass", "Assign": {"family": "web"}, "Next": "Each"}
    return {"QueryLanguage": "JSONata", "StartAt": "First", "States": {"First": first, "Each": each}}


def waiting(flows: Workflows, definition: dict[str, Any] | None = None) -> str:
    """The execution, once both iterations wait."""
    execution = flows.start(definition or builds(flows))
    eventually(lambda: len(flows.timers(state="Await")) == 2)
    return execution


def token(flows: Workflows, execution: str, architecture: str) -> str:
    """The newest token of this architecture."""
    parameters = [
        json.loads(event["taskScheduledEventDetails"]["parameters"])["Payload"]
        for event in flows.history(execution)
        if event["type"] == "TaskScheduled"
    ]
    return str([each["token"] for each in parameters if each["architecture"] == architecture][-1])


def test_iterations_wait_side_by_side_and_keep_their_variables(flows: Workflows):
    execution = waiting(flows)

    flows.sfn.send_task_success(taskToken=token(flows, execution, "x86_64"), output='{"more": true}')
    eventually(lambda: sum(event["type"] == "TaskScheduled" for event in flows.history(execution)) == 3)
    flows.sfn.send_task_success(taskToken=token(flows, execution, "x86_64"), output='{"more": false}')
    flows.sfn.send_task_failure(taskToken=token(flows, execution, "arm64"), error="NeedsAPerson", cause="no capacity")

    assert json.loads(flows.ended(execution)["output"]) == [
        {"architecture": "x86_64", "times": 2, "family": "web"},
        {"why": "no capacity"},
    ]


def test_timers_of_iterations_are_told_apart_by_their_index(flows: Workflows):
    execution = waiting(flows)

    assert {timer["iteration"] for timer in flows.timers(state="Await")} == {0, 1}
    assert flows.embedded.tell("expire", account=flows.account.id, state="Await", iteration=1) == {"expired": 1}
    (retry,) = flows.waiting(kind="retry")
    assert (retry["state"], retry["iteration"]) == ("Await", 1)
    flows.expire(kind="retry")
    eventually(lambda: len(flows.timers(state="Await", kind="timeout")) == 2)
    assert flows.embedded.tell("expire", account=flows.account.id, state="Await") == {"expired": 2}
    flows.sfn.stop_execution(executionArn=execution)


def test_the_history_says_which_iteration_entered_a_state(flows: Workflows):
    execution = waiting(flows)
    events = {event["id"]: event for event in flows.history(execution)}

    def iteration(event: dict[str, Any]) -> Any:
        while "mapIterationStartedEventDetails" not in event:
            event = events[event["previousEventId"]]
        return event["mapIterationStartedEventDetails"]

    entered = [event for event in events.values() if event.get("stateEnteredEventDetails", {}).get("name") == "Await"]
    assert sorted(iteration(event)["index"] for event in entered) == [0, 1]
    assert {iteration(event)["name"] for event in entered} == {"Each"}
    flows.sfn.stop_execution(executionArn=execution)


@pytest.mark.contract("map_iteration_aborted")
def test_the_failure_of_one_iteration_fails_the_map_and_ends_the_others(flows: Workflows):
    execution = waiting(flows)
    other = token(flows, execution, "x86_64")

    flows.sfn.send_task_failure(taskToken=token(flows, execution, "arm64"), error="Broken", cause="why")

    ended = flows.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Broken", "why")
    assert flows.timers() == []
    with pytest.raises(ClientError, match="TaskTimedOut"):
        flows.sfn.send_task_success(taskToken=other, output="{}")
    told = {
        details["index"]: event["type"]
        for event in flows.history(execution)
        for name, details in event.items()
        if name in {"mapIterationFailedEventDetails", "mapIterationAbortedEventDetails"}
    }
    assert told == {0: "MapIterationAborted", 1: "MapIterationFailed"}


def test_a_stop_ends_every_iteration(flows: Workflows):
    execution = waiting(flows)
    tokens = [token(flows, execution, architecture) for architecture in ("x86_64", "arm64")]

    flows.sfn.stop_execution(executionArn=execution)

    assert flows.ended(execution)["status"] == "ABORTED"
    eventually(lambda: not flows.timers())
    for each in tokens:
        with pytest.raises(ClientError, match="TaskTimedOut"):
            flows.sfn.send_task_success(taskToken=each, output="{}")


def test_a_map_that_is_caught_has_no_iteration_left(flows: Workflows):
    definition = builds(flows)
    del definition["States"]["Each"]["End"]
    clear = {"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "Clear"}
    definition["States"]["Each"] |= {"Next": "Clear", "Catch": [clear]}
    definition["States"]["Clear"] = {"Type": "Wait", "Seconds": 60, "End": True}
    execution = waiting(flows, definition)
    other = token(flows, execution, "x86_64")

    flows.sfn.send_task_failure(taskToken=token(flows, execution, "arm64"), error="Broken", cause="why")

    flows.waiting(state="Clear")
    eventually(lambda: not flows.timers(state="Await"))
    with pytest.raises(ClientError, match="TaskTimedOut"):
        flows.sfn.send_task_success(taskToken=other, output="{}")
    flows.expire(state="Clear")
    assert json.loads(flows.ended(execution)["output"]) == {"Error": "Broken", "Cause": "why"}
