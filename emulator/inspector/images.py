"""What Inspector sees of an AMI: what EC2's DescribeImages tells the account that asks."""

import contextvars
from typing import Any, Final
from urllib.parse import urlencode

from botocore.parsers import create_parser
from ministack.core.responses import set_request_account_id, set_request_region

from emulator.gateway.answers import Answer, service_model
from emulator.gateway.bridge import call_moto

FORM: Final = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
SCOPE: Final = "AWS4-HMAC-SHA256 Credential={}/20260101/{}/ec2/aws4_request, SignedHeaders=host, Signature=none"


def described(account: str, region: str, image_id: str) -> dict[str, Any] | None:
    """The image as this account sees it; None if it does not."""
    asked = {"ImageId.1": image_id, "IncludeDisabled": "true", "IncludeDeprecated": "true"}
    body = urlencode({"Action": "DescribeImages", "Version": service_model("ec2").api_version} | asked).encode()

    def call() -> Answer:
        set_request_account_id(account)
        set_request_region(region)
        headers = FORM | {"authorization": SCOPE.format(account, region)}  # moto reads the service from it
        return call_moto("ec2", "POST", "/", headers, body, {})

    status, headers, content = contextvars.Context().run(call)
    shape: Any = service_model("ec2").operation_model("DescribeImages").output_shape
    told = create_parser("ec2").parse({"status_code": status, "headers": headers, "body": content}, shape)
    if "Error" in told:
        if told["Error"]["Code"].startswith("InvalidAMIID"):
            return None
        raise RuntimeError(f"DescribeImages of {image_id}: {told['Error']}")
    return next(iter(told["Images"]), None)


def snapshot_ids(image: dict[str, Any]) -> list[str]:
    """Of all its EBS devices, the root first."""
    devices = [each.get("Ebs", {}) for each in image.get("BlockDeviceMappings", [])]
    return [ebs["SnapshotId"] for ebs in devices if "SnapshotId" in ebs]
