"""Parameters and results of tasks: PascalCase as in the SDK for Java, checked against botocore's models."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import botocore.session
from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    _SUPPORTED_API_PARAM_BINDINGS,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.utils import camel_to_snake_case, snake_to_camel_case

from emulator.gateway.patching import patch, replace

BOTO_NAMES: Final = {
    "sfn": "stepfunctions", "states": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs",
    "elasticloadbalancingv2": "elbv2", "elasticloadbalancing": "elb", "costexplorer": "ce",
}  # fmt: skip
AS_THEY_ARE: Final = ("AttributeValue",)  # DynamoDB's type letters are data here, not member names


class UnsupportedFieldError(ValueError):
    """A task was given a field that its API does not have."""

    def __init__(self, fields: Iterable[str]) -> None:
        listed = ", ".join(f'The field "{field}" is not supported by Step Functions' for field in sorted(fields))
        super().__init__(f"The Parameters could not be used to start the Task: [{listed}]")


@cache
def model(boto_name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(boto_name)


@cache
def operation(boto_name: str, action: str) -> OperationModel:
    """The operation that a resource ARN calls `describeImages`, or boto3 `describe_images`."""
    for name in model(boto_name).operation_names:
        if name == action[:1].upper() + action[1:] or xform_name(name) == action:
            return model(boto_name).operation_model(name)
    raise ValueError(f"the service {boto_name} has no API action {action}")


@cache
def sfn_case(name: str) -> str:
    cased: str = snake_to_camel_case(camel_to_snake_case(name))
    return cased


@patch("tasks call APIs by names that only some services have, and accept services and actions that do not exist")
def task_operations() -> None:
    def service(self: Any, boto_service_name: str | None = None) -> str:
        name = boto_service_name or self.resource.api_name
        return BOTO_NAMES.get(name, name)

    def action(self: Any, service_action_name: str | None = None) -> str:
        return xform_name(operation(service(self), service_action_name or self.resource.api_action).name)

    def exists(self: Any) -> None:
        known = botocore.session.get_session().get_available_services()
        if self.resource.api_name in BOTO_NAMES.values() or service(self) not in known:
            raise ValueError(f"The resource provided {self.resource.resource_arn} is not recognized")
        action(self)

    replace(StateTaskService, "_get_boto_service_name", lambda _: service)
    replace(StateTaskService, "_get_boto_service_action", lambda _: action)
    replace(StateTaskServiceAwsSdk, "_validate_service_integration_is_supported", lambda _: exists)


@patch("parameters and results keep the names and types of boto3; fields that an API does not have are dropped")
def task_shapes() -> None:
    def request(
        self: Any, parameters: dict[str, Any], boto_service_name: str = "", service_action_name: str = ""
    ) -> None:
        shape = _operation(self, boto_service_name, service_action_name).input_shape
        _replace_content(parameters, to_request(parameters, shape) if shape else parameters)

    def result(self: Any, response: Any, boto_service_name: str = "", service_action_name: str = "") -> None:
        shape = _operation(self, boto_service_name, service_action_name).output_shape
        if isinstance(response, dict) and shape:
            _replace_content(response, to_result(response, shape))

    _SUPPORTED_API_PARAM_BINDINGS["invoke"].add("InvocationType")
    replace(StateTaskService, "_normalise_parameters", lambda _: request)
    replace(StateTaskService, "_normalise_response", lambda _: result)
    replace(StateTask, "_eval_parameters", lambda _: _evaluate_parameters)


def _replace_content(old: dict[str, Any], new: dict[str, Any]) -> None:
    content = dict(new)
    old.clear()
    old.update(content)


def _operation(task: Any, service: str, action: str) -> OperationModel:
    return operation(task._get_boto_service_name(service or None), action or task.resource.api_action)


def _evaluate_parameters(self: Any, env: Any) -> dict[str, Any]:
    if self.parargs is None:
        return {}
    self.parargs.eval(env=env)
    parameters: dict[str, Any] = env.stack.pop()
    supported = self._get_supported_parameters()
    if supported and (unknown := parameters.keys() - supported):
        raise UnsupportedFieldError(unknown)
    return parameters


def to_request(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        names = {sfn_case(name): name for name in shape.members} | {n: n for n in shape.members if n[0].isupper()}
        if unknown := value.keys() - names.keys():
            raise UnsupportedFieldError(unknown)
        return {names[key]: to_request(each, shape.members[names[key]]) for key, each in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_request(each, shape.member) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_request(each, shape.value) for key, each in value.items()}
    return _scalar_request(value, shape.type_name)


def _scalar_request(value: Any, kind: str) -> Any:
    if kind == "string" and not isinstance(value, str):
        return to_json_str(value)
    if kind == "blob" and not isinstance(value, bytes):
        return (value if isinstance(value, str) else to_json_str(value, separators=(",", ":"))).encode()
    if kind in ("integer", "long") and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def to_result(value: Any, shape: Shape | None) -> Any:
    if isinstance(value, dict) and isinstance(shape, StructureShape) and shape.name not in AS_THEY_ARE:
        return {
            sfn_case(key) if key in shape.members else key: to_result(each, shape.members.get(key))
            for key, each in value.items()
        }
    if isinstance(value, dict):
        return {key: to_result(each, getattr(shape, "value", None)) for key, each in value.items()}
    if isinstance(value, list):
        return [to_result(each, getattr(shape, "member", None)) for each in value]
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode()
    return _instant(value) if isinstance(value, datetime) else value


def _instant(moment: datetime) -> str:
    """As java.time.Instant writes it: no fraction, or three or six digits of it."""
    exact = moment.astimezone(UTC)
    digits = "seconds" if not exact.microsecond else "milliseconds" if exact.microsecond % 1000 == 0 else "microseconds"
    return exact.isoformat(timespec=digits).replace("+00:00", "Z")
