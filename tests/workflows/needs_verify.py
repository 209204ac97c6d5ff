"""What of a verification is refused in each of its states: the smallest part that needs a permission there."""

from collections.abc import Callable
from typing import Final

from tests.workflows.refusals import Case
from tests.workflows.verifying import Version


def verified(version: Version) -> None:
    version.verify()


def uncollectable(version: Version) -> None:
    version.at.tell("weather", service="dynamodb", operation="PutItem", principal="CollectRole", effect="deny")
    version.verify()


NEEDS: Final[dict[Case, Callable[[Version], None]]] = {
    ("SurveyRole", "s3:GetObject", "verify/Survey"): verified,
    ("ScanRole", "inspector2:StartOnDemandScan", "verify/Scan"): verified,
    ("WatchRole", "inspector2:GetOnDemandScanStatus", "verify/Await scan"): verified,
    ("GatherFindingsRole", "dynamodb:Query", "verify/Gather findings"): verified,
    ("CollectRole", "dynamodb:PutItem", ""): verified,
    ("CollectRole", "sqs:SendMessage", ""): uncollectable,
    ("LaunchRole", "ec2:RunInstances", "verify/Launch"): verified,
    ("WatchRole", "ssm:DescribeInstanceInformation", "verify/Await agent"): verified,
    ("WatchRole", "ec2:DescribeInstanceStatus", "verify/Await status"): verified,
    ("SendRole", "ssm:SendCommand", "verify/Send"): verified,
    ("WatchRole", "ssm:ListCommandInvocations", "verify/Await test"): verified,
    ("KeepRole", "ssm:GetCommandInvocation", "verify/Keep output"): verified,
    ("DismissRole", "ec2:TerminateInstances", "verify/Dismiss"): verified,
    ("WeighRole", "ec2:GetImageAncestry", "verify/Weigh"): verified,
    ("SettleRole", "ec2:DescribeImages", "verify/Settle"): verified,
    ("VerifyRole", "lambda:InvokeFunction", ""): verified,
    ("VerifyRole", "events:PutEvents", "verify/Report rejected"): verified,
}
