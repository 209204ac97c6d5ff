"""The action behind each request, from botocore's models; what is in no model is refused to all but root."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from ministack import app as gateway
from ministack.core import iam_actions as actions
from ministack.core.router import extract_access_key_id

from emulator.gateway.patching import patch, replace
from emulator.iam import authorization

MODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudcontrol": ("cloudcontrol",),
    "dynamodbstreams": ("dynamodbstreams",),
    "elasticloadbalancing": ("elb", "elbv2"),
    "elasticmapreduce": ("emr",),
    "monitoring": ("cloudwatch",),
    "servicediscovery": ("servicediscovery",),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
"""The emulator's name of a service and its models, where they differ."""

ROUTED: Final = ("lambda", "scheduler", "inspector2", "xray", "ram", "rbin", "imagebuilder")
"""REST services whose action is the operation that botocore's routes name."""

RENAMED: Final[Mapping[str, str]] = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
"""Operations that another action grants."""


@cache
def _operations(service: str) -> frozenset[str]:
    names = MODELS.get(service, (service,))
    return frozenset(name for model in names for name in actions._load_botocore_model(model).get("operations", {}))


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], dict[str, str], str]]:
    """Method, path, required query and operation; the most literal route first."""
    routes = []
    for name, operation in actions._load_botocore_model(service).get("operations", {}).items():
        path, _, query = operation["http"]["requestUri"].partition("?")
        required = dict(part.partition("=")[::2] for part in query.split("&") if part)
        pattern = re.sub(r"\{(\w+)(\+?)\}", _label, re.escape(path.rstrip("/")).replace(r"\{", "{").replace(r"\}", "}"))
        routes.append((operation["http"]["method"], re.compile(pattern + "/?"), required, name))
    return sorted(routes, key=lambda route: (-len(route[2]), route[1].pattern.count("[^/]+")))


def _label(match: re.Match[str]) -> str:
    """An ARN holds slashes that arrive decoded; any other label is one segment of the path."""
    return ".+" if match[2] or match[1].lower().endswith("arn") else "[^/]+"


def _routed(service: str, method: str, path: str, params: Mapping[str, Any]) -> str | None:
    for verb, pattern, required, name in _routes(service):
        if verb == method and pattern.fullmatch(path) and all(key in params for key in required):
            return name
    return None


def _named(action: str | None, service: str, path: str) -> str | None:
    """The operation that a Query, JSON or CBOR request names; None if it names none or botocore has none such."""
    if match := re.fullmatch(r"/service/[^/]+/operation/(\w+)", path):
        action = f"{actions.SERVICE_TO_IAM_NAMESPACE.get(service, service)}:{match[1]}"
    if action is None or action.partition(":")[2] not in _operations(service):
        return None
    return action


@patch("an action that no model knows, or a service without an IAM name, passes unauthorised")
def iam_unknown_actions() -> None:
    replace(actions, "extract_iam_action", _known)
    replace(gateway, "_authenticate_only", _root_only)


def _known(original: Callable[..., str | None]) -> Callable[..., str | None]:
    def action(  # noqa: PLR0913, PLR0917 - the emulator's signature
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, params: Mapping[str, Any]
    ) -> str | None:
        target = "." in headers.get("x-amz-target", "")
        if service in ROUTED:
            operation = _routed(service, method, path, params)
            found = f"{service}:{operation}" if operation else None
        else:
            # A JSON service obeys its target header, whatever `Action` the query claims.
            asked = {name: value for name, value in params.items() if name != "Action"} if target else params
            found = original(service, method, path, headers, body, asked)
            if target or "Action" in asked or path.startswith("/service/"):
                found = _named(found, service, path)
        return RENAMED.get(found, found) if found else None

    return action


def _root_only(original: Callable[..., Any]) -> Callable[..., Any]:
    def authenticate(service: str, headers: dict[str, str], query: Mapping[str, Any], request_id: str) -> Any:
        if failure := original(service, headers, query, request_id):
            return failure
        access_key = extract_access_key_id(headers, query)
        refused = authorization.unless_root(access_key, service) if gateway.AUTH else None
        if refused is None:
            return None
        operation = headers.get("x-amz-target", "").rpartition(".")[2] or "an action that AWS does not have"
        message = f"User: {refused.principal_arn} is not authorized to perform: {service}:{operation} on resource: *"
        return actions.access_denied_response(
            service, f"{service}:{operation}", refused.principal_arn, request_id, headers=headers, message=message
        )

    return authenticate
