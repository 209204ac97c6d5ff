"""How errors of tasks are called, and which `ErrorEquals` matches them."""

import json
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_events
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from emulator.gateway.patching import patch, replace
from emulator.states.shapes import model, sfn_case

TERMINAL: Final = ("States.DataLimitExceeded", "States.Runtime")
TIMEOUTS: Final = ("States.Timeout", "States.HeartbeatTimeout")


@patch("States.ALL also catches States.Runtime and States.DataLimitExceeded; States.TaskFailed catches no States.*")
def error_equals() -> None:
    def evaluate(self: Any, env: Any) -> None:
        env.stack.append(matches([name.error_name for name in self.error_names], env.stack.pop().error_name))

    replace(ErrorEqualsDecl, "_eval_body", lambda _: evaluate)


def matches(wanted: list[str | None], error: str | None) -> bool:
    """Whether `ErrorEquals: wanted` is meant for `error`; a missed heartbeat is a time-out too."""
    if error in wanted or (error == "States.HeartbeatTimeout" and "States.Timeout" in wanted):
        return True
    if error in TERMINAL:
        return False
    return "States.ALL" in wanted or ("States.TaskFailed" in wanted and error not in TIMEOUTS)


@patch("an error named States.* of a branch, an iteration or a callback becomes a ValueError that nothing catches")
def states_errors_travel() -> None:
    replace(CustomErrorName, "__init__", lambda _: ErrorName.__init__)


@patch("errors of aws-sdk tasks carry the name of the API in lower case, and modelled faults a suffix too many")
def sdk_error_names() -> None:
    def exception_name(service: str, error: Exception) -> str:
        name = type(error).__name__
        name = service if name == "ClientError" else name.removesuffix("Fault")
        return f"{service}.{name.removesuffix('Exception')}Exception"

    def from_error(fail: Any) -> Any:
        def fail_as_service(self: Any, env: Any, ex: Exception) -> Any:
            self._normalise_service_error_name = lambda _: service_name(self._get_boto_service_name())
            return fail(self, env, ex)

        return fail_as_service

    replace(StateTaskServiceAwsSdk, "_normalise_exception_name", lambda _: staticmethod(exception_name))
    replace(StateTaskServiceAwsSdk, "_from_error", from_error)


def service_name(boto_name: str) -> str:
    """`DynamoDb`, `Ec2`, `AutoScaling`: the service id as the SDK for Java writes it."""
    return sfn_case(str(model(boto_name).service_id).replace(" ", "_"))


@patch("a failed PutEvents has a cause that is no string, and a refused one is a States.Runtime that nothing catches")
def put_events_errors() -> None:
    events = state_task_service_events

    def describing(initialise: Any) -> Any:
        return lambda self, cause: initialise(self, json.dumps(cause))

    def naming(fail: Any) -> Any:
        def from_error(self: Any, env: Any, ex: Exception) -> Any:
            if not isinstance(ex, ClientError):
                return fail(self, env, ex)
            code, message = ex.response["Error"]["Code"], ex.response["Error"]["Message"]
            name = f"EventBridge.{code.removesuffix('Exception')}Exception"
            details = TaskFailedEventDetails(
                error=name, cause=message, resource=self._get_sfn_resource(), resourceType=self._get_sfn_resource_type()
            )
            return FailureEvent(
                env, CustomErrorName(name), HistoryEventType.TaskFailed, EventDetails(taskFailedEventDetails=details)
            )

        return from_error

    replace(events.SfnFailedEntryCountException, "__init__", describing)
    replace(events.StateTaskServiceEvents, "_from_error", naming)


@patch("an error of states:startExecution ends in ExceptionException when its code is one")
def start_execution_errors() -> None:
    def naming(fail: Any) -> Any:
        def from_error(self: Any, env: Any, ex: Exception) -> Any:
            event = fail(self, env, ex)
            name = event.error_name.error_name.replace("ExceptionException", "Exception")
            event.error_name = CustomErrorName(name)
            for details in event.event_details.values():
                details["error"] = name
            return event

        return from_error

    replace(StateTaskServiceSfn, "_from_error", naming)
