"""The AWS of answers once more, in which images are on their way out and really go when they are deregistered."""

from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel

from tests.audit import cloud
from tests.audit.cloud import HOME, Cloud, Key, http

OLD, QUIET = "2026-01-01T00:00:00+00:00", "2026-05-20T00:00:00Z"
RULE = {
    "Identifier": "rule", "Status": "available", "ResourceTags": [],
    "RetentionPeriod": {"RetentionPeriodValue": 30, "RetentionPeriodUnit": "DAYS"},
}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "GetRule": RULE,
    "DescribeTrails": {
        "trailList": [
            {
                "Name": "all",
                "TrailARN": "arn:aws:cloudtrail:us-east-1:111111111111:trail/all",
                "HasCustomEventSelectors": False,
            }
        ]
    },
    "GetTrailStatus": {"IsLogging": True},
    "DescribeRule": {"State": "ENABLED"},
}
NAMED = {"LaunchFailed", "LaunchRefused"}


def leaving(image: str, version: str) -> dict[str, str]:
    """The tags of an AMI in its brown-out."""
    named = {"family": "web", "version": version, "image": image, "run": "build-web-1", "stage": "disabled"}
    named |= {"stage-since": OLD, "stage-before": "deprecated"}
    return {f"goldsmith:{name}": value for name, value in named.items()}


@dataclass
class Living(Cloud):
    """`gone`: the images that were deregistered with their snapshots."""

    gone: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """What is the same everywhere: rules of the Recycle Bin and of region.yaml."""
        for account in (HOME, cloud.CONSUMER):
            self.add("rbin.ListRules", {"Identifier": "rule"}, account=account)
            self.add("events.ListRuleNamesByTarget", *NAMED, account=account)

    def reported(self, image: str, *users: str) -> None:
        """EC2's report on the accounts that use it, made in its brown-out."""
        name = f"amiur-{image[4:]}"
        about = {"ReportId": name, "ImageId": image}
        self.add("DescribeImageUsageReports", about | {"State": "available", "CreationTime": QUIET})
        for user in users:
            entry = about | {"AccountId": user, "UsageCount": 1, "ResourceType": "ec2:Instance"}
            self.add("DescribeImageUsageReportEntries", entry)

    def _call(self, key: Key, model: OperationModel, asked: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
        if model.name in ANSWERS:
            return http(200), ANSWERS[model.name]
        if model.name == "DeregisterImage":
            return http(200), self._deregister(key, asked)
        if wanted := [each["Values"] for each in asked.get("Filters", []) if each.get("Name") == "image-id"]:
            listed = self.listed[key[0], key[1], "DescribeImages"][""]
            return http(200), {"Images": [each for each in listed if each["ImageId"] in wanted[0]]}
        return super()._call(key, model, asked)

    def _deregister(self, key: Key, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["DeleteAssociatedSnapshots"] is True
        listed = self.listed[key[0], key[1], "DescribeImages"][""]
        (image,) = [each for each in listed if each["ImageId"] == asked["ImageId"]]
        listed.remove(image)
        self.gone.append(image["ImageId"])
        return {"Return": True}
