"""Task tokens: one per attempt, good for one answer while the attempt waits."""

import json
import threading
from typing import Any, Final

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions as states
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
    CallbackOutcomeTimedOut,
    HeartbeatTimedOut,
    HeartbeatTimeoutError,
)

from emulator.gateway.answers import Answer
from emulator.gateway.patching import patch, replace
from emulator.states.time import asked, wait

LARGEST_OUTPUT: Final = 256 * 1024
Token = tuple[str, str, str]
Data = dict[str, Any]
TokenTask = state_task_service_callback.StateTaskServiceCallback

_endpoints: Final[dict[Token, Any]] = {}  # None: answered, timed out, or its execution is over
_lock: Final = threading.Lock()


@patch("all attempts of a state share one token, so that the answer to a lost attempt ends the next one")
def token_per_attempt() -> None:
    def evaluate(self: Any, env: Any) -> None:
        if self.resource.condition != ResourceCondition.WaitForTaskToken:
            execute_state.ExecutionState._evaluate_with_timeout(self, env)
            return
        endpoint = env.callback_pool_manager.add(env.states.context_object.update_task_token())
        details = env.aws_execution_details
        token = (details.account, details.region, endpoint.callback_id)
        _endpoints[token] = endpoint
        try:
            execute_state.ExecutionState._evaluate_with_timeout(self, env)
        finally:
            _take(token)

    TokenTask._evaluate_with_timeout = evaluate


def _take(token: Token) -> Any:
    """The endpoint that waits for `token`, which is used up from now on."""
    with _lock:
        endpoint, _endpoints[token] = _endpoints[token], None
    return endpoint


@patch("a token task waits by the wall clock, and does not notice that its execution is over")
def tokens_on_command() -> None:
    def await_outcome(_: Any, env: Any, timeout_seconds: int, callback_endpoint: Any, heartbeat_endpoint: Any) -> Any:
        del timeout_seconds  # the attempt around us has that timer
        asked(callback_endpoint.callback_id)
        if heartbeat_endpoint is None:
            wait(env, "", None, callback_endpoint._notify_event)
        while heartbeat_endpoint and env.is_running() and not callback_endpoint.get_outcome():
            beat = heartbeat_endpoint._next_heartbeat_event
            if wait(env, "heartbeat", heartbeat_endpoint._heartbeat_seconds, beat):
                return HeartbeatTimedOut()
            beat.clear()  # before looking: an answer sets it again
        return callback_endpoint.get_outcome() or CallbackOutcomeTimedOut(callback_endpoint.callback_id)

    replace(TokenTask, "_eval_wait_for_task_token", lambda _: await_outcome)
    replace(state_task_service_callback, "_DELAY_SECONDS_SYNC_CONDITION_CHECK", lambda _: 0.05)


@patch("a missed heartbeat fails the task with States.Timeout")
def heartbeat_error() -> None:
    def naming(fail: Any) -> Any:
        def from_error(self: Any, env: Any, ex: Exception) -> Any:
            event = fail(self, env, ex)
            if isinstance(ex, HeartbeatTimeoutError):
                event.error_name = StatesErrorName(StatesErrorNameType.StatesHeartbeatTimeout)
                event.event_details["taskTimedOutEventDetails"]["error"] = event.error_name.error_name
            return event

        return from_error

    replace(TokenTask, "_from_error", naming)


@patch("SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat know only ministack's own interpreter")
def task_answers() -> None:
    replace(states, "_send_task_success", lambda _: _succeed)
    replace(states, "_send_task_failure", lambda _: _fail)
    replace(states, "_send_task_heartbeat", lambda _: _beat)


def _succeed(data: Data) -> Answer:
    try:
        json.loads(data["output"])
    except ValueError as error:
        return _error("InvalidOutput", f"Invalid Output: {error}")
    if len(data["output"].encode()) > LARGEST_OUTPUT:
        return _error("InvalidOutput", f"Invalid Output: longer than {LARGEST_OUTPUT} bytes")
    return _answer(data, CallbackOutcomeSuccess(data["taskToken"], data["output"]))


def _fail(data: Data) -> Answer:
    return _answer(data, CallbackOutcomeFailure(data["taskToken"], data.get("error"), data.get("cause")))


def _answer(data: Data, outcome: Any) -> Answer:
    token = (get_account_id(), get_region(), data["taskToken"])
    if token not in _endpoints:
        return _error("InvalidToken", "Invalid Token: 'Invalid token'")
    endpoint = _take(token)
    if endpoint is None:
        return _error("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
    endpoint.notify(outcome)
    accepted: Answer = json_response({})
    return accepted


def _beat(data: Data) -> Answer:
    token = (get_account_id(), get_region(), data["taskToken"])
    if token not in _endpoints:
        return _error("InvalidToken", "Invalid Token: 'Invalid token'")
    if _endpoints[token] is None:
        return _error("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
    _endpoints[token].notify_heartbeat()  # without HeartbeatSeconds there is nobody to notify, which is no error
    accepted: Answer = json_response({})
    return accepted


def _error(code: str, message: str) -> Answer:
    refusal: Answer = error_response_json(code, message, 400)
    return refusal
