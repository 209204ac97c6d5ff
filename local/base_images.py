"""The public images that everything is built from, and the public parameters that name the newest.

They belong to the distributions' own accounts, are made once per region, and every world that names them shares them.
`base-images/publish` brings out a new one: the news is for one account, so that no other test sees it.
"""

import threading
from datetime import UTC
from typing import Any, Final, NamedTuple

from ministack.core.responses import get_account_id, get_region
from ministack.services import ssm
from moto.ec2.models import ec2_backends
from pydantic import Field

from local.control import command
from local.patching import patch, replace
from local.worlds_api import client, date_image, register, wait_until_available
from local.worlds_model import BaseImage, Strict, instant

PUBLIC: Final = "/aws/service/"
EVERYONE: Final = ""
LOCK: Final = threading.Lock()
MADE: Final[dict[tuple[str, str, str], str]] = {}  # image id by (owner, region, name)


class Published(NamedTuple):
    image_id: str
    version: int
    modified: float


PARAMETERS: Final[dict[tuple[str, str, str], Published]] = {}  # by (account that sees it, region, name)


def make(image: BaseImage, region: str) -> str:
    """The id of a base image, which is registered, public and named by its parameters."""
    key = (image.owner, region, image.name)
    with LOCK:
        if key not in MADE:
            MADE[key] = _registered(image, region)
            for name in image.parameters:
                PARAMETERS[EVERYONE, region, name] = Published(MADE[key], 1, _epoch(image.created))
        return MADE[key]


def _registered(image: BaseImage, region: str) -> str:
    ec2 = client("ec2", image.owner, region)
    image_id = register(
        ec2, name=image.name, description=image.description, architecture=image.architecture,
        root_device=image.root_device, volume_gib=image.volume_gib,
    )  # fmt: skip
    wait_until_available(ec2, image_id)
    ec2.modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": [{"Group": "all"}]})
    date_image(image.owner, region, image_id, instant(image.created))
    ec2_backends[image.owner][region].amis[image_id].owner_alias = image.owner_alias  # AWS's to give, by no API
    return image_id


class Publish(Strict):
    account: str = Field(pattern=r"^\d{12}$")
    region: str
    parameter: str
    name: str


@command("base-images/publish")
def publish(body: dict[str, Any]) -> Any:
    """`{account, region, parameter, name}`: a copy of the image that `parameter` names, called `name`, takes its place.

    `account` alone is told of it; the image is public as all base images are.
    """
    asked = Publish.model_validate(body)
    before = _published(asked.account, asked.region, asked.parameter)
    if before is None:
        raise ValueError(f"no public parameter {asked.parameter} in {asked.region}: load a world first")
    old = _image(asked.region, before.image_id)
    new = BaseImage(
        owner=old.owner_id, owner_alias=old.owner_alias, name=asked.name, description=old.description or "",
        architecture=old.architecture or "x86_64", root_device=old.root_device_name, created="0 days ago",
        parameters=[],
    )  # fmt: skip
    image_id = make(new, asked.region)
    news = Published(image_id, before.version + 1, _epoch("0 days ago"))
    PARAMETERS[asked.account, asked.region, asked.parameter] = news
    return {"image_id": image_id, "before": before.image_id, "version": before.version + 1}


def _epoch(past: str) -> float:
    return instant(past).replace(tzinfo=UTC).timestamp()


def _image(region: str, image_id: str) -> Any:
    owners = [owner for (owner, where, _), made in MADE.items() if (where, made) == (region, image_id)]
    return ec2_backends[owners[0]][region].amis[image_id]


def _published(account: str, region: str, name: str) -> Published | None:
    return PARAMETERS.get((account, region, name)) or PARAMETERS.get((EVERYONE, region, name))


def _public_parameter(name: str) -> dict[str, Any] | None:
    published = _published(get_account_id(), get_region(), name)
    if published is None:
        return None
    return {
        "Name": name, "Type": "String", "Value": published.image_id, "Version": published.version,
        "LastModifiedDate": published.modified, "ARN": f"arn:aws:ssm:{get_region()}::parameter{name}",
        "DataType": "aws:ec2:image",
    }  # fmt: skip


@patch("public parameters name two images that do not exist, the same in every region")
def public_parameters() -> None:
    replace(ssm, "_public_parameter", lambda _: _public_parameter)
