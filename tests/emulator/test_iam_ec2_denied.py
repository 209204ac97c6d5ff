"""What AWS evaluates for EC2: one row per deny."""

import pytest

from tests.ec2_calls import (
    IMAGES,
    INSTANCES,
    LEND,
    ONLY_RUNS,
    OUR_KEYS,
    SHARE,
    SNAPSHOTS,
    TO_FRIEND,
    TO_STAGE,
    Call,
    World,
    copy_image,
    create_image,
    of_bare,
    of_foreign,
    of_image,
    of_instance,
    of_snapshot,
    specified,
    tagging,
    when,
)
from tests.embedded import Account
from tests.permissions import Statement, allow, denial, deny, role

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
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute/ImdsSupport": "v2.0"})],
        "ec2:ModifyImageAttribute",
    ),
    "a launch permission has no ec2:Attribute": (
        of_image("modify_image_attribute", LaunchPermission={"Add": [{"UserId": "111122223333"}]}),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute": "LaunchPermission"})],
        "ec2:ModifyImageAttribute",
    ),
    "not even where the request names the attribute": (
        of_image("modify_image_attribute", **SHARE),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEqualsIgnoreCase={"ec2:Attribute": "launchPermission"})],
        "ec2:ModifyImageAttribute",
    ),
    "a permission on a snapshot has none either": (
        of_snapshot("modify_snapshot_attribute", **LEND),
        [allow("ec2:ModifySnapshotAttribute", SNAPSHOTS, Null={"ec2:Attribute": "false"})],
        "ec2:ModifySnapshotAttribute",
    ),
    "IMDSv2 has a key of its own": (
        of_image("modify_image_attribute", ImdsSupport={"Value": "v2.0"}),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute": "ImdsSupport"})],
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


@pytest.mark.contract("iam_resources", "iam_denial_messages")
@pytest.mark.parametrize(("call", "statements", "named"), DENIED.values(), ids=DENIED)
def test_denied(account: Account, call: Call, statements: list[Statement], named: str):
    denied = role(account, *statements)

    message = denial(lambda: call(denied.client("ec2"), World(account)))

    assert named in message
    assert f"assumed-role/{denied.name}/test" in message
