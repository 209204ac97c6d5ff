"""What a world file may say; anything else is refused.  `docs/local.md` shows one."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from moto.core.utils import utcnow
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

WORLDS: Final = Path(__file__).parent


def _past(text: str) -> str:
    if not re.fullmatch(r"\d+ days ago", text):
        raise ValueError("write it as `200 days ago`: a world has no today")
    return text


Past = Annotated[str, AfterValidator(_past)]


def instant(past: str) -> datetime:
    """Naive UTC, as moto keeps time."""
    now: datetime = utcnow()
    return now - timedelta(days=int(past.partition(" ")[0]))


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Placed(Strict):
    region: str = "us-east-1"


class BaseImage(Strict):
    """A public image of a distribution, in every region of the world, and the public parameters that name it."""

    owner: str = Field(pattern=r"^\d{12}$")
    owner_alias: str | None = None
    name: str
    description: str = ""
    architecture: str = "x86_64"
    root_device: str = "/dev/xvda"
    volume_gib: int = 8
    created: Past
    parameters: list[str] = Field(description="names below /aws/service/")


class Image(Placed):
    """An image of one's own, registered from a snapshot that is as old."""

    name: str
    description: str = ""
    architecture: str = "x86_64"
    created: Past
    volume_gib: int = 8
    encrypted: bool = False
    tags: dict[str, str] = Field(default_factory=dict, description="of the image and its snapshot")
    copies: list[str] = Field(default_factory=list, description="regions to copy it to")
    shared_with: list[str] = Field(default_factory=list, description="accounts of this world")


class TemplateVersion(Strict):
    image: str
    instance_type: str = "t3.micro"


class LaunchTemplate(Placed):
    versions: list[TemplateVersion] = Field(min_length=1)
    default: int = Field(default=1, ge=1)


class LaunchConfiguration(Placed):
    image: str
    instance_type: str = "t3.micro"


class AutoScalingGroup(Placed):
    """Names a launch template and its version, or a launch configuration."""

    launch_template: str | None = None
    version: str = "$Default"
    launch_configuration: str | None = None
    size: int = Field(default=1, ge=0)
    tags: dict[str, str] = Field(default_factory=dict)


class Instances(Placed):
    image: str
    count: int = Field(default=1, ge=1)
    instance_type: str = "t3.micro"
    launched: Past = "0 days ago"
    tags: dict[str, str] = Field(default_factory=dict)


class Told(Strict):
    """A command of the control channel, given at the end: findings, hosts, holds.

    In its body `{account}` becomes this account's id and `{image NAME REGION}` the id of an image.
    """

    command: str
    body: dict[str, Any] = Field(default_factory=dict)


class Account(Strict):
    id: str | None = Field(default=None, pattern=r"^\d{12}$", description="the first defaults to the one that loads")
    images: dict[str, Image] = Field(default_factory=dict)
    launch_templates: dict[str, LaunchTemplate] = Field(default_factory=dict)
    launch_configurations: dict[str, LaunchConfiguration] = Field(default_factory=dict)
    auto_scaling_groups: dict[str, AutoScalingGroup] = Field(default_factory=dict)
    instances: dict[str, Instances] = Field(default_factory=dict)
    tell: list[Told] = Field(default_factory=list)


class World(Strict):
    description: str = ""
    regions: list[str] = Field(min_length=1)
    base_images: dict[str, BaseImage]
    accounts: dict[str, Account] = Field(min_length=1)


def parse(text: str) -> World:
    """A world from YAML; with `extends: name`, what it says is put over the world of that name."""
    said = yaml.safe_load(text)
    if not isinstance(said, dict):
        raise ValueError("a world is a YAML mapping")  # noqa: TRY004 - commands turn a ValueError into a 400
    base = said.pop("extends", None)
    return World.model_validate((yaml.safe_load(read(base)) if base else {}) | said)


def read(name: str) -> str:
    """The text of a world file of ours."""
    names = sorted(path.stem for path in WORLDS.glob("*.yaml"))
    if name not in names:
        raise ValueError(f"no world {name!r}; there are: {', '.join(names)}")
    return (WORLDS / f"{name}.yaml").read_text()
