"""What AWS evaluates for EC2: one row per allow."""

import pytest

from tests.ec2_calls import (
    IMAGES,
    INSTANCES,
    LEND,
    ONLY_RUNS,
    OUR_KEYS,
    SHARE,
    SNAPSHOTS,
    TEMPLATES,
    TO_FRIEND,
    TO_STAGE,
    TOMORROW,
    Call,
    World,
    copy_image,
    create_image,
    of_image,
    of_instance,
    of_snapshot,
    specified,
    tagging,
    when,
)
from tests.embedded import Account
from tests.permissions import Statement, allow, denial, role

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
    "share": (of_image("modify_image_attribute", **SHARE), [allow("ec2:ModifyImageAttribute", IMAGES)]),
    "share, unless IMDS or the description changes": (
        of_image("modify_image_attribute", LaunchPermission={"Add": [{"UserId": "111122223333"}]}),
        [
            allow(
                "ec2:ModifyImageAttribute",
                IMAGES,
                Null={"ec2:Attribute/ImdsSupport": "true", "ec2:Attribute/Description": "true"},
            )
        ],
    ),
    "demand IMDSv2": (
        of_image("modify_image_attribute", ImdsSupport={"Value": "v2.0"}),
        [allow("ec2:ModifyImageAttribute", IMAGES, StringEquals={"ec2:Attribute/ImdsSupport": "v2.0"})],
    ),
    "describe outright": (
        of_image("modify_image_attribute", Attribute="description", Value="x"),
        [
            allow(
                "ec2:ModifyImageAttribute",
                IMAGES,
                StringEquals={"ec2:Attribute": "Description", "ec2:Attribute/Description": "x"},
            )
        ],
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


@pytest.mark.contract("iam_resources", "iam_policy_variables")
@pytest.mark.parametrize(("call", "statements"), ALLOWED.values(), ids=ALLOWED)
def test_allowed(account: Account, call: Call, statements: list[Statement]):
    allowed = role(account, *statements)

    assert denial(lambda: call(allowed.client("ec2"), World(account))) == ""
