"""The values of a build that travel between its steps: the plan, then per architecture what has been done so far."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.outcome import Failure


class Wanted(Model):
    """The input of a build."""

    run: str
    family: str


class Chapter(Model):
    """A step of the bundle as the workflow carries it; its script stays in the bundle."""

    name: str
    seconds: int


class Pinned(Model):
    """The bundle that this build uses, whatever is accepted meanwhile."""

    key: str
    version_id: str
    sha: str


class Device(Model):
    """An EBS volume that an AMI has its instances launched with."""

    name: str = Field(description="Where it is attached, such as /dev/sdf.")
    delete_on_termination: bool = Field(description="Whether it is deleted when its instance is terminated.")


class Boot(Model):
    """What a host is launched from."""

    image_id: str
    root_device: str
    devices: tuple[str, ...] = Field(description="The names of all EBS volumes, the root among them.")


class BaseImage(Model):
    """The AMI that an image is built upon, and how it was found."""

    image_id: str
    name: str
    owner: str
    root_device: str
    devices: tuple[Device, ...] = Field(description="Its EBS volumes, the root among them.")
    source: str = Field(description="Where the recipe says it is to be found, in words.")
    parameter_version: int | None = Field(description="Of the SSM parameter that named it.")
    release: str = Field(description="What the base calls itself: its name, without what is no name of a release.")


class Disk(Model):
    gib: int
    type: str


class PlannedImage(Model):
    """What is made for one architecture, and of what."""

    architecture: str
    name: str = Field(description="The name of the AMI, by which a later attempt finds it.")
    base: BaseImage
    instance_types: tuple[str, ...]
    subnets: tuple[str, ...] = Field(description="To be tried in order; empty: the default VPC's.")
    disk: Disk
    kms_key: str = Field(description="Of the builder's volumes, and so of the AMI: CreateImage cannot encrypt anew.")
    tags: dict[str, str] = Field(description="All tags of the AMI but its id and its stage.")
    claimed: str | None = Field(description="The AMI that an earlier attempt at this version made.")
    next: Literal["launch", "image"] = Field(description="Where to begin: with a builder, or with that AMI.")

    @property
    def boots(self) -> Boot:
        """What its builder is launched from."""
        base = self.base
        devices = tuple(each.name for each in base.devices)
        return Boot(image_id=base.image_id, root_device=base.root_device, devices=devices)


class Plan(Model):
    """What a build will do, decided before it does anything."""

    run: str
    family: str
    version: str
    bundle: Pinned
    steps: tuple[Chapter, ...]
    parts: tuple[PlannedImage, ...]


class BuilderHost(Model):
    """A host that was launched."""

    instance_id: str
    instance_type: str
    subnet: str
    refused: tuple[str, ...] = Field(description="What had no capacity before this one.")
    launched: datetime | None = Field(default=None, description="When, as EC2 says.")


class Sent(Model):
    command_id: str


class Output(Model):
    """Where the output of a component lies; keys of the evidence bucket, empty where there was none."""

    stdout: str = ""
    stderr: str = ""


class Progress(Model):
    """What came of a component, and what is next."""

    next: Literal["component", "stop", "failed"]
    step: int = Field(description="The index of the next step.")
    output: Output
    failure: Failure | None = None


class HostStep(Model):
    """A step of the bundle that a builder is to do, or a test that a host of the image is to go through."""

    run: str
    bundle: Pinned
    of: Literal["steps", "tests"] = "steps"
    index: int
    name: str
    attempt: int = 1
    instance_id: str


class Ran(Model):
    """A command that has ended, and what it was for."""

    run: str
    family: str
    version: str
    architecture: str
    steps: tuple[Chapter, ...]
    index: int
    instance_id: str
    command_id: str


class Create(Model):
    """A stopped builder, to be made an AMI of."""

    run: str
    account: str
    region: str
    part: PlannedImage
    instance_id: str


class Finish(Model):
    """An AMI that is no longer pending, to be made ours."""

    run: str
    part: PlannedImage
    image: ImageRef
