"""What of a verification is refused in each of its states: the smallest part that needs a permission there."""

from collections.abc import Callable
from typing import Final

from tests.workflows.refusals import Case
from tests.workflows.verifying import Version


def verified(version: Version) -> None:
    version.verify()


def uncollectable(version: Version) -> None:
    version.at.tell("weather", service="dynamodb", operation="PutItem", principal="RecordScanRole", effect="deny")
    version.verify()


NEEDS: Final[dict[Case, Callable[[Version], None]]] = {
    ("PlanVerifyRole", "s3:GetObject", "verify/Plan"): verified,
    ("StartScanRole", "inspector2:StartOnDemandScan", "verify/Start scan"): verified,
    ("WatchRole", "inspector2:GetOnDemandScanStatus", "verify/Await scan"): verified,
    ("StoreFindingsRole", "dynamodb:Query", "verify/Store findings"): verified,
    ("RecordScanRole", "dynamodb:PutItem", ""): verified,
    ("RecordScanRole", "sqs:SendMessage", ""): uncollectable,
    ("LaunchHostRole", "ec2:RunInstances", "verify/Launch host"): verified,
    ("WatchRole", "ssm:DescribeInstanceInformation", "verify/Await agent"): verified,
    ("WatchRole", "ec2:DescribeInstanceStatus", "verify/Await status"): verified,
    ("SendCommandRole", "ssm:SendCommand", "verify/Send command"): verified,
    ("WatchRole", "ssm:ListCommandInvocations", "verify/Await test"): verified,
    ("StoreOutputRole", "ssm:GetCommandInvocation", "verify/Store output"): verified,
    ("TerminateHostRole", "ec2:TerminateInstances", "verify/Terminate host"): verified,
    ("FactsVerifyRole", "ec2:GetImageAncestry", "verify/Collect facts"): verified,
    ("ReapRole", "ec2:DescribeInstances", "verify/Reap"): verified,
    ("ApplyVerifyRole", "ec2:DescribeImages", "verify/Apply"): verified,
    ("VerifyRole", "lambda:InvokeFunction", ""): verified,
    ("VerifyRole", "events:PutEvents", "verify/Report rejected"): verified,
}
