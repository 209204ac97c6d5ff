"""What needs each permission of a verification: the smallest part of one."""

from collections.abc import Callable
from typing import Final

from tests.embedded import eventually
from tests.workflows.answers import outcome, remark
from tests.workflows.verifying import Version

FINDING: Final = {"severity": "LOW", "package": "openssl", "version": "3.2.2", "fixed_in": "3.2.3"}
LOST: Final = "OnDemand AMI Scan Findings"
NOWHERE: Final = {
    "architecture": "x86_64",
    "findings": "verifications/x",
    "inventory": "verifications/x",
    "measures": {},
}


def verified(version: Version) -> None:
    version.verify()


def without_a_recipe(version: Version) -> None:
    version.at.client("s3").delete_object(
        Bucket=version.at.outputs["RecipesBucket"], Key=f"accepted/{version.name}.json"
    )
    version.verify()


def scanned_already(version: Version) -> None:
    (image,) = version.of_version()
    version.at.tell("scans/hold", resource_id=image["ImageId"])
    version.at.client("inspector2").start_on_demand_scan(resourceId=image["ImageId"], resourceType="AMI")
    version.verify()


def waited_for(version: Version) -> None:
    (image,) = version.of_version()
    version.at.tell("scans/hold", resource_id=image["ImageId"])
    looks = {"service": "inspector2", "operation": "GetOnDemandScanStatus", "principal": "-WatchRole-"}
    version.at.tell("weather", **looks, effect="throttle", after=1_000_000)  # it only counts
    version.verify()
    eventually(lambda: any(each["seen"] for each in version.at.tell("weather/show")["calls"]))  # else `watch` ends it
    version.at.tell("scans/release", resource_id=image["ImageId"])


def vulnerable(version: Version) -> None:
    version.has(FINDING | {"cve": f"CVE-2026-{version.name.rpartition('-')[2]:0>6}"}).verify()


def vulnerable_in_silence(version: Version) -> None:
    version.at.tell("weather/events", bus=version.at.bus, detail_type=LOST, effect="lose")
    vulnerable(version)


def uncollectable(version: Version) -> None:
    version.at.tell("weather", service="dynamodb", operation="PutItem", principal="CollectRole", effect="deny")
    version.verify()


def failing(version: Version) -> None:
    version.at.tell("hosts/console", tag={"goldsmith:family": version.name}, output="it is on fire")
    version.scripted("test-boot", outcome("boot", failed=[remark("units")])).verify()


def second(version: Version) -> None:
    """Another was released, and nothing is where its evidence should be."""
    version.candidate(stage="released", version="2026.11.01")
    version.at.put("Image Verified", {"family": version.name, "version": "2026.11.01", "kept": [NOWHERE]})
    version.hears("Image Verified")
    version.recipe(tests=("boot", "inventory")).verify()


NEEDS: Final[dict[tuple[str, str], Callable[[Version], None]]] = {
    ("WatchRole", "ec2:DescribeInstanceStatus"): verified,
    ("WatchRole", "inspector2:GetOnDemandScanStatus"): verified,
    ("SurveyRole", "s3:GetObject"): verified,
    ("SurveyRole", "s3:ListBucket"): without_a_recipe,
    ("SurveyRole", "ec2:DescribeImages"): verified,
    ("ScanRole", "inspector2:StartOnDemandScan"): verified,
    ("ScanRole", "inspector2:ListOnDemandScans"): scanned_already,
    ("CollectRole", "dynamodb:PutItem"): verified,
    ("CollectRole", "dynamodb:Query"): waited_for,
    ("CollectRole", "dynamodb:DeleteItem"): waited_for,
    ("CollectRole", "states:SendTaskSuccess"): waited_for,
    ("CollectRole", "sqs:SendMessage"): uncollectable,
    ("GatherFindingsRole", "dynamodb:Query"): verified,
    ("GatherFindingsRole", "dynamodb:PutItem"): vulnerable,
    ("GatherFindingsRole", "inspector2:GetOnDemandScanStatus"): verified,
    ("GatherFindingsRole", "inspector2:SearchVulnerabilities"): vulnerable,
    ("GatherFindingsRole", "ec2:DescribeImages"): vulnerable_in_silence,
    ("GatherFindingsRole", "ec2:GetImageFindings"): vulnerable_in_silence,
    ("GatherFindingsRole", "s3:PutObject"): verified,
    ("DismissRole", "ec2:GetConsoleOutput"): failing,
    ("DismissRole", "ec2:TerminateInstances"): verified,
    ("DismissRole", "s3:PutObject"): failing,
    ("WeighRole", "s3:GetObject"): verified,
    ("WeighRole", "s3:ListBucket"): second,
    ("WeighRole", "dynamodb:Query"): second,
    ("WeighRole", "ec2:DescribeImages"): verified,
    ("WeighRole", "ec2:GetImageAncestry"): verified,
    ("SettleRole", "ec2:DescribeImages"): verified,
    ("SettleRole", "ec2:CreateTags"): verified,
    ("VerifyRole", "lambda:InvokeFunction"): verified,
    ("VerifyRole", "events:PutEvents"): verified,
}
