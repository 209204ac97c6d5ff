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

from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace
from emulator.worlds.api import client, date_image, register, wait_until_available
from emulator.worlds.model import BaseImage, Strict, instant

PUBLIC: Final = "/aws/service/"
EVERYONE: Final = ""
LOCK: Final = threading.Lock()
MADE: Final[dict[tuple[str, str, str], str]] = {}  # image id by (owner, region, name)


class Published(NamedTuple):
    image_id: str
    version: int
    modified: float


PARAMETERS: Final[dict[tuple[str, str, str], Published]] = {}  # by (account that sees it, region, name)


def make(images: dict[str, BaseImage], regions: list[str]) -> dict[str, dict[str, str]]:
    """The ids of base images, by name and region: each registered, public and named by its parameters."""
    with LOCK:
        new = [(image, region) for image in images.values() for region in regions if _key(image, region) not in MADE]
        for image, region in new:
            MADE[_key(image, region)] = _register(image, region)
        for image, region in new:
            _finish(image, region, MADE[_key(image, region)])
    return {name: {region: MADE[_key(image, region)] for region in regions} for name, image in images.items()}


def _key(image: BaseImage, region: str) -> tuple[str, str, str]:
    return image.owner, region, image.name


def _register(image: BaseImage, region: str) -> str:
    return register(
        client("ec2", image.owner, region), name=image.name, description=image.description,
        architecture=image.architecture, root_device=image.root_device, volume_gib=image.volume_gib,
    )  # fmt: skip


def _finish(image: BaseImage, region: str, image_id: str) -> None:
    ec2 = client("ec2", image.owner, region)
    wait_until_available(ec2, image_id)
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": [{"Group": "all"}]})
    date_image(image.owner, region, image_id, instant(image.created))
    ec2_backends[image.owner][region].amis[image_id].owner_alias = image.owner_alias  # AWS's to give, by no API
    for name in image.parameters:
        PARAMETERS[EVERYONE, region, name] = Published(image_id, 1, _epoch(image.created))


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
    image_id = make({"new": new}, [asked.region])["new"][asked.region]
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
        "DataType": "text",
    }  # fmt: skip


@patch("public parameters name two images that do not exist, the same in every region")
def public_parameters() -> None:
    replace(ssm, "_public_parameter", lambda _: _public_parameter)
