"""What of a build is refused in each of its states: the smallest part of one that needs a permission there."""

from collections.abc import Callable
from typing import Final

from tests.workflows.building import Family
from tests.workflows.refusals import Case

FAILS: Final = {"status": "Failed", "exit": 1}


def built(family: Family) -> None:
    family.ask()


def unplanned(family: Family) -> None:
    """It comes to its end at once."""
    family.at.tell("weather", service="s3", operation="GetObject", principal="PlanBuildRole", effect="deny")
    family.ask()


def failed(family: Family) -> None:
    family.scripted("update", FAILS).ask()


NEEDS: Final[dict[Case, Callable[[Family], None]]] = {
    ("WatchRole", "ssm:DescribeInstanceInformation", "build/Await host"): built,
    ("WatchRole", "ssm:ListCommandInvocations", "build/Await command"): built,
    ("WatchRole", "ec2:DescribeImages", "build/Await image"): built,
    ("ReapRole", "ec2:DescribeImages", "build/Apply"): failed,
    ("Builder", "ssm:UpdateInstanceInformation", ""): built,
    ("Builder", "s3:PutObject", ""): built,
    ("PlanBuildRole", "s3:GetObject", "build/Plan"): built,
    ("LaunchHostRole", "ec2:RunInstances", "build/Launch host"): built,
    ("LaunchHostRole", "kms:CreateGrant", ""): built,
    ("SendCommandRole", "ssm:SendCommand", "build/Send command"): built,
    ("StoreOutputRole", "ssm:GetCommandInvocation", "build/Store output"): built,
    ("CreateImageRole", "ec2:CreateImage", "build/Create image"): built,
    ("FinishImageRole", "ec2:DescribeImages", "build/Finish image"): built,
    ("BuildRole", "lambda:InvokeFunction", ""): built,
    ("BuildRole", "ec2:StopInstances", "build/Stop host"): built,
    ("BuildRole", "events:PutEvents", "build/Report failed"): unplanned,
}
LATE: Final[Case] = ("WatchRole", "ec2:DescribeInstances", "build/Await stop")  # which `Await host` needs before it
