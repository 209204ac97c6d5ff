"""Parameters of data type `aws:ec2:image`: taken in with a 200, stored only if the AMI turns out to be there."""

from typing import Any, Final

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import ssm
from moto.ec2.models import ec2_backends

from emulator.events.service_events import emit
from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace
from emulator.iam.authorization import caller_allows
from emulator.images.ami import look_up

POINTER: Final = "aws:ec2:image"
REFUSED: Final[set[tuple[str, str, str]]] = set()  # account, region and name of what is never found valid


def is_valid(name: str, value: str) -> bool:
    """The caller can see an available AMI of that id, in this account and region."""
    account, region = get_account_id(), get_region()
    if (account, region, name) in REFUSED or not caller_allows("ec2:DescribeImages", "*"):
        return False
    image = look_up(ec2_backends[account][region], value)
    return image is not None and image.state == "available"


@patch("ministack stores any text as an image, at once")
def ssm_image_parameters() -> None:
    def make(put: Any) -> Any:
        def put_parameter(data: dict[str, Any]) -> Any:
            name, value = str(data.get("Name", "")), str(data.get("Value", ""))
            if data.get("DataType") != POINTER or is_valid(name, value):
                return put(data)
            known = ssm._parameters.get(name)
            if known and not data.get("Overwrite"):
                return put(data)  # refuses
            _tell(name, "Update" if known else "Create")
            return json_response({"Version": known["Version"] + 1 if known else 1, "Tier": "Standard"})

        return put_parameter

    replace(ssm, "_put_parameter", make)


def _tell(name: str, operation: str) -> None:
    """The only sign that nothing was stored."""
    detail = {"exception": "Unable to Describe Resource", "dataType": POINTER, "name": name}
    account, region = get_account_id(), get_region()
    arn = f"arn:aws:ssm:{region}:{account}:parameter/{name.removeprefix('/')}"
    detail |= {"type": "String", "operation": operation}
    emit(account, region, "aws.ssm", "Parameter Store Change", detail, [arn])


@command("parameters/refuse")
def refuse_parameter(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region, name, on?}`: from now on no image is found valid for that parameter; `on: false` ends that."""
    which = (str(body["account"]), str(body["region"]), str(body["name"]))
    if body.get("on", True):
        REFUSED.add(which)
    else:
        REFUSED.discard(which)
    return {"refused": which in REFUSED}
