"""What EC2 calls in the tests of permissions are about, and the calls."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.embedded import Account

IMAGES = "arn:aws:ec2:*::image/*"
SNAPSHOTS = "arn:aws:ec2:*::snapshot/*"
INSTANCES = "arn:aws:ec2:*:*:instance/*"
VOLUMES = "arn:aws:ec2:*:*:volume/*"
TEMPLATES = "arn:aws:ec2:*:*:launch-template/*"
STAGE = "aws:ResourceTag/goldsmith:stage"
RUN = "aws:ResourceTag/goldsmith:run"


@dataclass
class World:
    """What a call is about, made by root when it is first named."""

    account: Account

    @cached_property
    def root(self) -> Any:
        return self.account.client("ec2")

    def tag(self, resource: str, **tags: str) -> None:
        self.root.create_tags(
            Resources=[resource], Tags=[{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
        )

    @cached_property
    def bare(self) -> str:
        """An image without tags."""
        return str(self.account.tell("images/add", region="us-east-1", name="golden")["image_id"])

    @cached_property
    def image(self) -> str:
        """An image that is tagged as disabled."""
        self.tag(self.bare, stage="disabled")
        return self.bare

    @cached_property
    def instance(self) -> str:
        """A t3.micro that belongs to a run."""
        launched = self.root.run_instances(ImageId=self.image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
        self.tag(launched["Instances"][0]["InstanceId"], run="r-1")
        return str(launched["Instances"][0]["InstanceId"])

    @cached_property
    def foreign(self) -> str:
        """An instance that belongs to no run."""
        launched = self.root.run_instances(ImageId=self.image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
        return str(launched["Instances"][0]["InstanceId"])

    @cached_property
    def snapshot(self) -> str:
        volume = self.root.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
        snapshot = str(self.root.create_snapshot(VolumeId=volume)["SnapshotId"])
        self.tag(snapshot, stage="disabled")
        return snapshot

    @cached_property
    def template(self) -> str:
        created = self.root.create_launch_template(
            LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"}
        )
        return str(created["LaunchTemplate"]["LaunchTemplateId"])


Call = Callable[[Any, World], Any]


def when(stage: str) -> Any:
    return {"StringEquals": {STAGE: stage}}


def specified(*kinds: str, **tags: str) -> list[dict[str, Any]]:
    named = [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
    return [{"ResourceType": kind, "Tags": named} for kind in kinds]


def tagging(**tags: str) -> Call:
    (named,) = specified("image", **tags)
    return lambda ec2, world: ec2.create_tags(Resources=[world.image], Tags=named["Tags"])


def of_image(operation: str, **parameters: Any) -> Call:
    return lambda ec2, world: getattr(ec2, operation)(ImageId=world.image, **parameters)


def of_bare(operation: str) -> Call:
    return lambda ec2, world: getattr(ec2, operation)(ImageId=world.bare)


def of_snapshot(operation: str, **parameters: Any) -> Call:
    return lambda ec2, world: getattr(ec2, operation)(SnapshotId=world.snapshot, **parameters)


def of_instance(operation: str) -> Call:
    return lambda ec2, world: getattr(ec2, operation)(InstanceIds=[world.instance])


def of_foreign(operation: str) -> Call:
    return lambda ec2, world: getattr(ec2, operation)(InstanceIds=[world.foreign])


def create_image(**parameters: Any) -> Call:
    return lambda ec2, world: ec2.create_image(InstanceId=world.instance, Name="next", **parameters)


def copy_image(**parameters: Any) -> Call:
    return lambda ec2, world: ec2.copy_image(
        SourceImageId=world.image, SourceRegion="us-east-1", Name="copy", **parameters
    )


TOMORROW = "2030-01-01T00:00:00Z"
ONLY_RUNS = {"Null": {RUN: "false"}}
SHARE = {"Attribute": "launchPermission", "OperationType": "add", "UserIds": ["111122223333"]}
LEND = {"Attribute": "createVolumePermission", "OperationType": "add", "UserIds": ["111122223333"]}
TO_STAGE = {"StringEquals": {"aws:RequestTag/goldsmith:stage": "disabled"}}
OUR_KEYS = {"ForAllValues:StringLike": {"aws:TagKeys": "goldsmith:*"}}
TO_FRIEND = {"StringEquals": {"ec2:Add/userId": "111122223333"}}
