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
    family.at.tell("weather", service="s3", operation="GetObject", principal="ResolveRole", effect="deny")
    family.ask()


def failed(family: Family) -> None:
    family.scripted("update", FAILS).ask()


NEEDS: Final[dict[Case, Callable[[Family], None]]] = {
    ("WatchRole", "ssm:DescribeInstanceInformation", "build/Await host"): built,
    ("WatchRole", "ssm:ListCommandInvocations", "build/Await command"): built,
    ("WatchRole", "ec2:DescribeImages", "build/Await image"): built,
    ("ReapRole", "ec2:DescribeImages", "build/Clear up"): failed,
    ("Builder", "ssm:UpdateInstanceInformation", ""): built,
    ("Builder", "s3:PutObject", ""): built,
    ("ResolveRole", "s3:GetObject", "build/Resolve"): built,
    ("LaunchRole", "ec2:RunInstances", "build/Launch"): built,
    ("LaunchRole", "kms:CreateGrant", ""): built,
    ("SendRole", "ssm:SendCommand", "build/Send"): built,
    ("KeepRole", "ssm:GetCommandInvocation", "build/Keep output"): built,
    ("CreateImageRole", "ec2:CreateImage", "build/Create image"): built,
    ("FinishImageRole", "ec2:DescribeImages", "build/Finish image"): built,
    ("BuildRole", "lambda:InvokeFunction", ""): built,
    ("BuildRole", "ec2:StopInstances", "build/Stop"): built,
    ("BuildRole", "events:PutEvents", "build/Report failed"): unplanned,
}
LATE: Final[Case] = ("WatchRole", "ec2:DescribeInstances", "build/Await stop")  # which `Await host` needs before it
