"""AWS's directory of the services of a region, as public parameters: what the embedded AWS has, and what it has not."""

import re
from collections.abc import Callable
from typing import Any, Final

from ministack.core.responses import get_region
from ministack.services import ssm

from local.patching import patch, replace

NAME: Final = re.compile(r"/aws/service/global-infrastructure/regions/([a-z0-9-]+)/services/([a-z0-9-]+)")
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
