"""What AWS evaluates for EC2: one row per allow and per deny."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from tests.embedded import Account
from tests.permissions import Statement, allow, denial, deny, role

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
        device = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}
        return str(
            self.root.register_image(
                Name="golden", Architecture="x86_64", RootDeviceName="/dev/xvda", BlockDeviceMappings=[device]
            )["ImageId"]
        )

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

ALLOWED: dict[str, tuple[Call, list[Statement]]] = {
    "deregister disabled": (of_image("deregister_image"), [allow("ec2:DeregisterImage", IMAGES, **when("disabled"))]),
    "deregister by ec2:ResourceTag": (
        of_image("deregister_image"),
        [allow("ec2:DeregisterImage", IMAGES, StringEquals={"ec2:ResourceTag/goldsmith:stage": "disabled"})],
    ),
    "disable": (of_image("disable_image"), [allow("ec2:DisableImage", IMAGES, **when("disabled"))]),
    "enable": (of_image("enable_image"), [allow("ec2:EnableImage", IMAGES)]),
    "deprecate": (
        of_image("enable_image_deprecation", DeprecateAt=TOMORROW),
        [allow("ec2:EnableImageDeprecation", IMAGES)],
    ),
    "undeprecate": (of_image("disable_image_deprecation"), [allow("ec2:DisableImageDeprecation", IMAGES)]),
    "protect": (
        of_image("enable_image_deregistration_protection"),
        [allow("ec2:EnableImageDeregistrationProtection", IMAGES)],
    ),
    "unprotect": (
        of_image("disable_image_deregistration_protection"),
        [allow("ec2:DisableImageDeregistrationProtection", IMAGES)],
    ),
    "share": (
        of_image("modify_image_attribute", **SHARE),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute": "LaunchPermission"})],
    ),
    "own images only": (
        of_image("disable_image"),
        [allow("ec2:DisableImage", IMAGES, StringEquals={"ec2:Owner": "${aws:PrincipalAccount}"})],
    ),
    "restore image": (of_image("restore_image_from_recycle_bin"), [allow("ec2:RestoreImageFromRecycleBin", IMAGES)]),
    "read attribute": (
        of_image("describe_image_attribute", Attribute="launchPermission"),
        [allow("ec2:DescribeImageAttribute", IMAGES)],
    ),
    "describe": (lambda ec2, _: ec2.describe_images(Owners=["self"]), [allow("ec2:DescribeImages")]),
    "delete snapshot": (of_snapshot("delete_snapshot"), [allow("ec2:DeleteSnapshot", SNAPSHOTS, **when("disabled"))]),
    "lend snapshot": (
        of_snapshot("modify_snapshot_attribute", **LEND),
        [allow("ec2:ModifySnapshotAttribute", SNAPSHOTS, **TO_FRIEND)],
    ),
    "restore snapshot": (
        of_snapshot("restore_snapshot_from_recycle_bin"),
        [allow("ec2:RestoreSnapshotFromRecycleBin", SNAPSHOTS)],
    ),
    "terminate our run": (
        of_instance("terminate_instances"),
        [allow("ec2:TerminateInstances", INSTANCES, **ONLY_RUNS)],
    ),
    "stop our run": (of_instance("stop_instances"), [allow("ec2:StopInstances", INSTANCES, **ONLY_RUNS)]),
    "start our run": (of_instance("start_instances"), [allow("ec2:StartInstances", INSTANCES, **ONLY_RUNS)]),
    "small instances": (
        of_instance("stop_instances"),
        [allow("ec2:StopInstances", INSTANCES, StringEquals={"ec2:InstanceType": "t3.micro"})],
    ),
    "tag": (tagging(stage="disabled"), [allow("ec2:CreateTags", IMAGES, **TO_STAGE)]),
    "tag with our keys": (tagging(stage="live"), [allow("ec2:CreateTags", IMAGES, **OUR_KEYS)]),
    "tag disabled": (tagging(stage="live"), [allow("ec2:CreateTags", IMAGES, **when("disabled"))]),
    "untag": (
        lambda ec2, world: ec2.delete_tags(Resources=[world.image], Tags=[{"Key": "goldsmith:stage"}]),
        [allow("ec2:DeleteTags", IMAGES, **OUR_KEYS)],
    ),
    "create image": (create_image(), [allow("ec2:CreateImage", [INSTANCES, IMAGES, SNAPSHOTS])]),
    "create tagged image": (
        create_image(TagSpecifications=specified("image", "snapshot", stage="disabled")),
        [
            allow("ec2:CreateImage", [INSTANCES, IMAGES, SNAPSHOTS]),
            allow("ec2:CreateTags", [IMAGES, SNAPSHOTS], StringEquals={"ec2:CreateAction": "CreateImage"}),
        ],
    ),
    "copy image": (copy_image(), [allow("ec2:CopyImage", [IMAGES, SNAPSHOTS])]),
    "copy into this region": (
        copy_image(),
        [allow("ec2:CopyImage", "*", StringEquals={"aws:RequestedRegion": "us-east-1"})],
    ),
    "new template version": (
        lambda ec2, world: ec2.create_launch_template_version(
            LaunchTemplateId=world.template, LaunchTemplateData={"InstanceType": "t3.small"}
        ),
        [allow("ec2:CreateLaunchTemplateVersion", TEMPLATES)],
    ),
    "default template version": (
        lambda ec2, world: ec2.modify_launch_template(LaunchTemplateId=world.template, DefaultVersion="1"),
        [allow("ec2:ModifyLaunchTemplate", TEMPLATES)],
    ),
    "console": (
        lambda ec2, world: ec2.get_console_output(InstanceId=world.instance),
        [allow("ec2:GetConsoleOutput", INSTANCES)],
    ),
}

DENIED: dict[str, tuple[Call, list[Statement], str]] = {
    "deregister live": (
        of_image("deregister_image"),
        [allow("ec2:DeregisterImage", IMAGES, **when("live"))],
        "ec2:DeregisterImage on resource: arn:aws:ec2:us-east-1::image/ami-",
    ),
    "deregister untagged": (
        of_bare("deregister_image"),
        [allow("ec2:DeregisterImage", IMAGES, **when("disabled"))],
        "ec2:DeregisterImage",
    ),
    "image ARNs have no account": (
        of_image("disable_image"),
        [allow("ec2:DisableImage", "arn:aws:ec2:*:2*:image/*")],
        "ec2:DisableImage",
    ),
    "another's images": (
        of_image("disable_image"),
        [allow("ec2:DisableImage", IMAGES, StringEquals={"ec2:Owner": "111122223333"})],
        "ec2:DisableImage",
    ),
    "explicit deny": (
        of_image("disable_image"),
        [allow("ec2:*"), deny("ec2:DisableImage", IMAGES, **when("disabled"))],
        "with an explicit deny",
    ),
    "describe attribute with the right to describe": (
        of_image("describe_image_attribute", Attribute="launchPermission"),
        [allow("ec2:DescribeImages")],
        "ec2:DescribeImageAttribute on resource: arn:aws:ec2:us-east-1::image/ami-",
    ),
    "describe has no resource": (
        lambda ec2, _: ec2.describe_images(Owners=["self"]),
        [allow("ec2:DescribeImages", IMAGES)],
        "ec2:DescribeImages",
    ),
    "change another attribute": (
        of_image("modify_image_attribute", Description={"Value": "x"}),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute": "LaunchPermission"})],
        "ec2:ModifyImageAttribute",
    ),
    "delete snapshot of another stage": (
        of_snapshot("delete_snapshot"),
        [allow("ec2:DeleteSnapshot", SNAPSHOTS, **when("live"))],
        "ec2:DeleteSnapshot on resource: arn:aws:ec2:us-east-1::snapshot/snap-",
    ),
    "lend to a stranger": (
        of_snapshot("modify_snapshot_attribute", **{**LEND, "UserIds": ["444455556666"]}),
        [allow("ec2:ModifySnapshotAttribute", SNAPSHOTS, **TO_FRIEND)],
        "ec2:ModifySnapshotAttribute",
    ),
    "terminate what is no run's": (
        of_foreign("terminate_instances"),
        [allow("ec2:TerminateInstances", INSTANCES, **ONLY_RUNS)],
        "ec2:TerminateInstances on resource: arn:aws:ec2:us-east-1:",
    ),
    "terminate both, one of them foreign": (
        lambda ec2, world: ec2.terminate_instances(InstanceIds=[world.instance, world.foreign]),
        [allow("ec2:TerminateInstances", INSTANCES, **ONLY_RUNS)],
        "ec2:TerminateInstances",
    ),
    "large instances": (
        of_instance("stop_instances"),
        [allow("ec2:StopInstances", INSTANCES, StringEquals={"ec2:InstanceType": "m5.large"})],
        "ec2:StopInstances",
    ),
    "tag another stage": (
        tagging(stage="live"),
        [allow("ec2:CreateTags", IMAGES, **TO_STAGE)],
        "ec2:CreateTags on resource: arn:aws:ec2:us-east-1::image/ami-",
    ),
    "tag with another key": (
        lambda ec2, world: ec2.create_tags(Resources=[world.image], Tags=[{"Key": "Name", "Value": "x"}]),
        [allow("ec2:CreateTags", IMAGES, **OUR_KEYS)],
        "ec2:CreateTags",
    ),
    "tag an instance as an image": (
        lambda ec2, world: ec2.create_tags(Resources=[world.instance], Tags=[{"Key": "Name", "Value": "x"}]),
        [allow("ec2:CreateTags", IMAGES)],
        "ec2:CreateTags on resource: arn:aws:ec2:us-east-1:",
    ),
    "tag outside of a creation": (
        tagging(stage="live"),
        [allow("ec2:CreateTags", "*", StringEquals={"ec2:CreateAction": "CreateImage"})],
        "ec2:CreateTags",
    ),
    "create image without the instance": (
        create_image(),
        [allow("ec2:CreateImage", [IMAGES, SNAPSHOTS])],
        "ec2:CreateImage on resource: arn:aws:ec2:us-east-1:",
    ),
    "create image without its snapshots": (
        create_image(),
        [allow("ec2:CreateImage", [IMAGES, INSTANCES])],
        "ec2:CreateImage on resource: arn:aws:ec2:us-east-1::snapshot/*",
    ),
    "create tagged image without CreateTags": (
        create_image(TagSpecifications=specified("image", stage="disabled")),
        [allow("ec2:CreateImage")],
        "ec2:CreateTags on resource: arn:aws:ec2:us-east-1::image/*",
    ),
    "create image with tags of another stage": (
        create_image(TagSpecifications=specified("image", stage="live")),
        [allow("ec2:CreateImage"), allow("ec2:CreateTags", IMAGES, **TO_STAGE)],
        "ec2:CreateTags",
    ),
    "copy image of another stage": (
        copy_image(),
        [
            allow("ec2:CopyImage", "arn:aws:ec2:*::image/ami-*", **when("live")),
            allow("ec2:CopyImage", ["arn:aws:ec2:*::image/\\*", SNAPSHOTS]),
        ],
        "ec2:CopyImage on resource: arn:aws:ec2:us-east-1::image/ami-",
    ),
    "copy image without its snapshots": (copy_image(), [allow("ec2:CopyImage", IMAGES)], "snapshot/*"),
    "copy into another region": (
        copy_image(),
        [allow("ec2:CopyImage", "*", StringEquals={"aws:RequestedRegion": "eu-west-1"})],
        "ec2:CopyImage",
    ),
    "another template": (
        lambda ec2, world: ec2.modify_launch_template(LaunchTemplateId=world.template, DefaultVersion="1"),
        [allow("ec2:ModifyLaunchTemplate", "arn:aws:ec2:*:*:launch-template/lt-0")],
        "ec2:ModifyLaunchTemplate on resource: arn:aws:ec2:us-east-1:",
    ),
    "an action whose resources are not modelled": (
        lambda ec2, _: ec2.delete_vpc(VpcId="vpc-1"),
        [allow("*")],
        "not modelled by the embedded AWS",
    ),
}


@pytest.mark.contract("iam_resources", "iam_policy_variables")
@pytest.mark.parametrize(("call", "statements"), ALLOWED.values(), ids=ALLOWED)
def test_allowed(account: Account, call: Call, statements: list[Statement]):
    allowed = role(account, *statements)

    assert denial(lambda: call(allowed.client("ec2"), World(account))) == ""


@pytest.mark.contract("iam_resources", "iam_denial_messages")
@pytest.mark.parametrize(("call", "statements", "named"), DENIED.values(), ids=DENIED)
def test_denied(account: Account, call: Call, statements: list[Statement], named: str):
    denied = role(account, *statements)

    message = denial(lambda: call(denied.client("ec2"), World(account)))

    assert named in message
    assert f"assumed-role/{denied.name}/test" in message
