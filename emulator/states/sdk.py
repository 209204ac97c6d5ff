"""The calls of an execution: real requests to our own endpoint, signed with a session of the state machine's role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from emulator.gateway.patching import patch, replace, replace_everywhere
from emulator.iam.sessions import client, of_answer, of_role

SESSION: Final = "states"
PRINCIPAL: Final = "states.amazonaws.com"


@dataclass
class AssumedCredentials(StateCredentials):  # type: ignore[misc]
    """A state's own `Credentials`, already assumed by the execution's role."""

    keys: Mapping[str, str] = field(default_factory=dict)


@patch("the engine's clients are signed by nobody, so that no role is ever refused anything")
def execution_role() -> None:
    replace_everywhere("moto.stepfunctions", "boto_client_for", lambda _: client_for)


def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client that acts as the role in `state_credentials`."""
    keys = getattr(state_credentials, "keys", None) or of_role(state_credentials.role_arn, region, PRINCIPAL, SESSION)
    return client(service, region, keys)


@patch("`Credentials` of a state are ignored")
def state_credentials() -> None:
    def assuming(evaluate: Any) -> Any:
        def evaluate_credentials(self: Any, env: Any) -> Any:
            named = evaluate(self, env)
            return _assume(env, named.role_arn) if self.credentials else named

        return evaluate_credentials

    replace(StateTask, "_eval_state_credentials", assuming)


def _assume(env: Any, role: str) -> AssumedCredentials:
    details = env.aws_execution_details
    sts = client_for(details.region, "sts", StateCredentials(details.role_arn))
    try:
        keys = sts.assume_role(RoleArn=role, RoleSessionName=SESSION)["Credentials"]
    except ClientError as error:
        cause = f"The role {details.role_arn} is not authorized to assume the task state's role, {role}. {error}"
        raise _task_failed(env, cause) from error
    return AssumedCredentials(role, of_answer(keys))


def _task_failed(env: Any, cause: str) -> Exception:
    name = StatesErrorName(StatesErrorNameType.StatesTaskFailed)
    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=name.error_name, cause=cause))
    failure: Exception = FailureEventException(FailureEvent(env, name, HistoryEventType.TaskFailed, details))
    return failure
