"""A service acts with a role only if the role's trust policy names that service."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sts
from ministack.services import stepfunctions as workflows

from emulator.gateway.patching import patch, replace
from emulator.iam.authorization import assumable

LAMBDA: Final = "lambda.amazonaws.com"
STATES: Final = "states.amazonaws.com"

_registering: Final = threading.Lock()
Refusal = tuple[int, dict[str, str], bytes]


@patch("a function or a workflow may act with any role, whomever that role trusts")
def iam_trust() -> None:
    replace(lambda_runtime, "execution_credentials", _of_trusting_role)
    lambda_svc.execution_credentials = lambda_runtime.execution_credentials
    replace(sts, "register_session", _one_at_a_time)
    replace(lambda_svc, "_create_function", _refusing(_cannot_run, "Role"))
    replace(workflows, "_create_state_machine", _refusing(_cannot_orchestrate, "roleArn"))
    replace(workflows, "_update_state_machine", _refusing(_cannot_orchestrate, "roleArn"))


def _of_trusting_role(original: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    """Sessions for functions, and for workflows, which say so with `Service`; without trust the keys are worthless."""

    def credentials(config: Mapping[str, Any]) -> dict[str, str]:
        keys = original(config)
        if not assumable(config.get("Role", ""), config.get("Service", LAMBDA)):
            sts._sessions.pop(keys["AWS_ACCESS_KEY_ID"], None)
        return keys

    return credentials


def _one_at_a_time(original: Callable[..., None]) -> Callable[..., None]:
    """Functions and workflows begin sessions on their own threads, and each walks through all sessions."""

    def register(access_key: str, session: dict[str, Any]) -> None:
        with _registering:
            original(access_key, session)

    return register


@patch("aws:userid of a session of a function or a service holds the role's name where AWS has its id")
def iam_user_ids() -> None:
    replace(lambda_runtime, "execution_credentials", _with_role_id)
    lambda_svc.execution_credentials = lambda_runtime.execution_credentials


def _with_role_id(original: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    def credentials(config: Mapping[str, Any]) -> dict[str, str]:
        keys = original(config)
        if session := sts._sessions.get(keys["AWS_ACCESS_KEY_ID"]):
            session["UserId"] = f"{sts._role_id(config['Role'])}:{session['Arn'].rpartition('/')[2]}"
        return keys

    return credentials


def _refusing(refusal: Callable[[], Refusal], member: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuse a request whose role does not trust the service; a role that does not exist trusts nobody."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def checked(data: Mapping[str, Any]) -> Any:
            service = LAMBDA if member == "Role" else STATES
            if data.get(member) and not assumable(data[member], service):
                return refusal()
            return original(data)

        return checked

    return wrap


def _cannot_run() -> Refusal:
    message = "The role defined for the function cannot be assumed by Lambda."
    answer: Refusal = error_response_json("InvalidParameterValueException", message, 400)
    return answer


def _cannot_orchestrate() -> Refusal:
    principals = f"the global service principal {STATES}, nor the regional one"
    message = f"Neither {principals} is authorized to assume the provided role."
    answer: Refusal = error_response_json("AccessDeniedException", message, 400)
    return answer
