"""The calls of an execution: real requests to our own endpoint, signed with a session of the state machine's role."""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import error_response_json, get_region
from ministack.services import iam
from ministack.services import stepfunctions as states
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from local.patching import patch, replace, replace_everywhere

SESSION: Final = "states"
PRINCIPAL: Final = "states.amazonaws.com"
NOT_TRUSTED: Final = (
    f"Neither the global service principal {PRINCIPAL}, nor the regional one is authorized to assume the provided role."
)
CONFIG: Final = Config(
    inject_host_prefix=False,
    retries={"max_attempts": 0},
    max_pool_connections=50,
    read_timeout=None,  # a function may take 15 minutes, and a held clock longer
    s3={"addressing_style": "path"},
)
_clients: Final[dict[tuple[str, ...], Any]] = {}
_making: Final = threading.Lock()  # boto3's default session is not safe between threads


@dataclass
class AssumedCredentials(StateCredentials):  # type: ignore[misc]
    """A state's own `Credentials`, already assumed by the execution's role."""

    keys: Mapping[str, str] = field(default_factory=dict)


@patch("the engine's clients are signed by nobody, so that no role is ever refused anything")
def execution_role() -> None:
    replace_everywhere("moto.stepfunctions", "boto_client_for", lambda _: client_for)


def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client that acts as the role in `state_credentials`."""
    keys = getattr(state_credentials, "keys", None) or role_keys(state_credentials.role_arn, region)
    name = (service, region, keys["AWS_ACCESS_KEY_ID"])
    with _making:
        if name not in _clients:
            _clients[name] = _client(service, region, keys)
    return _clients[name]


def role_keys(role: str, region: str) -> dict[str, str]:
    account = role.split(":")[4]
    function = f"arn:aws:lambda:{region}:{account}:function:{SESSION}"  # ministack derives the session from it
    keys: dict[str, str] = lambda_runtime.execution_credentials(
        {"Role": role, "FunctionArn": function, "FunctionName": SESSION, "Service": "states.amazonaws.com"}
    )
    return keys


def _client(service: str, region: str, keys: Mapping[str, str]) -> Any:
    client = boto3.client(  # type: ignore[call-overload]
        service, region_name=region, endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}", config=CONFIG,
        **{name.lower(): value for name, value in keys.items()},
    )  # fmt: skip
    client.meta.events.register("after-call", _identify)
    return client


def _identify(parsed: dict[str, Any], **_: Any) -> None:
    """An error without a request id is an error all the same: the engine reads the id before it lets it be caught."""
    parsed.setdefault("ResponseMetadata", {}).setdefault("RequestId", "00000000-0000-0000-0000-000000000000")


@patch("a state machine may have a role that Step Functions cannot assume")
def role_trusts_states() -> None:
    def checking(accept: Any) -> Any:
        def check(data: dict[str, Any]) -> Any:
            role = iam._roles.get(data.get("roleArn", "").rsplit("/", 1)[-1])
            trusted = role is None or _trusts(role["AssumeRolePolicyDocument"])
            return accept(data) if trusted else error_response_json("AccessDeniedException", NOT_TRUSTED, 400)

        return check

    replace(states, "_create_state_machine", checking)
    replace(states, "_update_state_machine", checking)


def _trusts(document: Any) -> bool:
    """Whether a trust policy names Step Functions; its conditions are taken as met, since we are the one service."""
    policy = json.loads(document) if isinstance(document, str) else document
    statements = [
        {"Effect": each["Effect"], "Action": each["Action"], "Principal": {"AWS": each["Principal"].get("Service", [])}}
        for each in policy["Statement"]
        if isinstance(each.get("Principal"), dict) and "Action" in each
    ]  # the evaluator matches no services, so they take the place of principals
    names = (PRINCIPAL, f"states.{get_region()}.amazonaws.com")
    return any(iam_evaluator.evaluate_trust_policy({"Statement": statements}, name) for name in names)


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
    return AssumedCredentials(
        role,
        {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        },
    )


def _task_failed(env: Any, cause: str) -> Exception:
    name = StatesErrorName(StatesErrorNameType.StatesTaskFailed)
    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=name.error_name, cause=cause))
    failure: Exception = FailureEventException(FailureEvent(env, name, HistoryEventType.TaskFailed, details))
    return failure
