"""What needs each permission of a build: the smallest part of one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tests.workflows.building import Family
from tests.workflows.deployed import HOME
from tests.workflows.needs_recipes import DECISION

FAILS: Final = {"status": "Failed", "exit": 1}


def built(family: Family) -> None:
    family.ask()


def half_made(family: Family) -> None:
    """Its AMI is there, and then is not to be."""
    family.at.tell("weather", service="ec2", operation="ModifyImageAttribute", effect="deny")
    family.ask().builds()


def failed(family: Family) -> None:
    family.scripted("update", FAILS).ask()


def asked_by_two(family: Family) -> None:
    detail = {"family": family.name, "again": True, "requested": {"family": family.name}, "decision": DECISION}
    family.at.put("Build Admitted", detail, detail)


def named_before(family: Family) -> None:
    """There is an AMI of that name, with a run's tag."""
    ec2 = family.at.client("ec2")
    image = family.at.image(goldsmith_family="", goldsmith_run=f"build-{family.name}-9").becomes().id
    name = f"{family.name}-{datetime.now(UTC):%Y.%m.%d}-x86_64"
    copied = ec2.copy_image(Name=name, SourceImageId=image, SourceRegion=HOME, CopyImageTags=True)["ImageId"]
    family.at.tell("images/release", region=HOME, image_id=copied)
    family.ask()


def stopped_and_asked_again(family: Family) -> None:
    family.ask().reaches("Await image").stop()
    family.leaves_nothing()
    family.ask()


NEEDS: Final[dict[tuple[str, str], Callable[[Family], None]]] = {
    ("StartRole", "events:PutEvents"): asked_by_two,
    ("WatchRole", "ec2:DescribeInstances"): built,
    ("WatchRole", "ssm:DescribeInstanceInformation"): built,
    ("WatchRole", "ssm:ListCommandInvocations"): built,
    ("ReapRole", "ec2:DescribeImages"): failed,
    ("ReapRole", "ec2:DescribeSnapshots"): failed,
    ("ReapRole", "ec2:CreateTags"): half_made,
    ("Builder", "ssm:UpdateInstanceInformation"): built,
    ("Builder", "s3:PutObject"): built,
    ("ResolveRole", "s3:GetObject"): built,
    ("ResolveRole", "ssm:GetParameter"): built,
    ("ResolveRole", "ec2:DescribeImages"): built,
    ("ResolveRole", "dynamodb:Query"): named_before,
    ("ResolveRole", "states:DescribeExecution"): named_before,
    ("LaunchRole", "s3:GetObjectVersion"): built,
    ("LaunchRole", "ec2:RunInstances"): built,
    ("LaunchRole", "ec2:CreateTags"): built,
    ("LaunchRole", "iam:PassRole"): built,
    ("LaunchRole", "kms:CreateGrant"): built,
    ("LaunchRole", "kms:DescribeKey"): built,
    ("LaunchRole", "kms:GenerateDataKeyWithoutPlaintext"): built,
    ("SendRole", "s3:GetObjectVersion"): built,
    ("SendRole", "ssm:ListCommands"): built,
    ("SendRole", "ssm:SendCommand"): built,
    ("KeepRole", "ssm:GetCommandInvocation"): built,
    ("KeepRole", "s3:GetObject"): built,
    ("KeepRole", "s3:ListBucket"): built,
    ("KeepRole", "s3:PutObject"): built,
    ("CreateImageRole", "dynamodb:PutItem"): built,
    ("CreateImageRole", "ec2:DescribeImages"): built,
    ("CreateImageRole", "ec2:CreateImage"): built,
    ("CreateImageRole", "ec2:CreateTags"): built,
    ("FinishImageRole", "dynamodb:PutItem"): stopped_and_asked_again,
    ("FinishImageRole", "ec2:DescribeImages"): built,
    ("FinishImageRole", "ec2:CreateTags"): built,
    ("FinishImageRole", "ec2:ModifyImageAttribute"): built,
    ("FinishImageRole", "ec2:EnableImageDeregistrationProtection"): built,
    ("BuildRole", "lambda:InvokeFunction"): built,
    ("BuildRole", "ec2:StopInstances"): built,
    ("BuildRole", "events:PutEvents"): built,
}
