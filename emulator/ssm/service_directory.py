"""AWS's directory of the services of a region, as public parameters: what the embedded AWS has, and what it has not."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ministack.core import iam_actions as actions
from ministack.core.responses import get_region
from ministack.services import ssm

from emulator.gateway.patching import patch, replace
from emulator.iam.unknown import _operations
from emulator.images.base_images import PUBLIC

NAME: Final = re.compile(PUBLIC + r"global-infrastructure/regions/([a-z0-9-]+)/services/([a-z0-9-]+)")
HERE: Final = frozenset({
    "autoscaling", "batch", "cloudformation", "dynamodb", "ec2", "eks", "emr", "events", "iam", "kms", "lambda",
    "organizations", "s3", "sns", "sqs", "ssm", "stepfunctions", "sts",
})  # fmt: skip
Look = Callable[[str], dict[str, Any] | None]


def _directory(otherwise: Look) -> Look:
    def parameter(name: str) -> dict[str, Any] | None:
        match = NAME.fullmatch(name)
        if match is None:
            return otherwise(name)
        if match[2] not in HERE:
            return None
        return {
            "Name": name, "Type": "String", "Value": match[2], "Version": 1, "LastModifiedDate": 0.0,
            "ARN": f"arn:aws:ssm:{get_region()}::parameter{name}", "DataType": "text",
        }  # fmt: skip

    return parameter


@patch("no public parameter says which services a region has, so that one it lacks looks like one that is down")
def service_directory() -> None:
    replace(ssm, "_public_parameter", _directory)


ABSENT: Final = frozenset({"pcs", "sagemaker"})  # services that are not here, and whose requests name their operation


@patch("a role that may call a service which is not here is denied, as if the service were")
def absent_services() -> None:
    replace(actions, "extract_iam_action", _of_absent)


def _of_absent(original: Callable[..., str | None]) -> Callable[..., str | None]:
    def action(  # noqa: PLR0913, PLR0917 - the emulator's signature
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, params: Mapping[str, Any]
    ) -> str | None:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if service in ABSENT and operation in _operations(service):
            return f"{service}:{operation}"
        return original(service, method, path, headers, body, params)

    return action
