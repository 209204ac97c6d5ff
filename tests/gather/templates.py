"""One account with launch templates, on moto, with what moto lacks."""

from datetime import timedelta
from typing import Any, Final

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.sources import LAUNCHERS, Source

ACCOUNT, REGION = "123456789012", "us-east-1"
LATER: Final = timedelta(days=31)


class Cloud:
    """`refreshes` are those of each group; `failing` versions are not deleted, and `deleted` are what was asked for."""

    def __init__(self) -> None:
        self.refreshes: list[dict[str, Any]] = []
        self.failing: dict[int, str] = {}
        self.deleted: list[list[str]] = []
        self.clients = {name: self._client(name) for name in ("ec2", "autoscaling", "eks", "batch", "ssm", "pcs")}

    def _client(self, service: str) -> Any:
        made = boto3.client(service, REGION)  # type: ignore[call-overload]
        made.meta.events.register("before-call.auto-scaling.DescribeInstanceRefreshes", self._refreshes)
        made.meta.events.register("before-call.ec2.DeleteLaunchTemplateVersions", self._delete)
        return made

    def _refreshes(self, **_: Any) -> Any:
        return AWSResponse("", 200, HTTPHeaders(), None), {"InstanceRefreshes": self.refreshes}

    def _delete(self, params: dict[str, Any], **_: Any) -> Any:
        numbers = [value for key, value in params["body"].items() if key.startswith("LaunchTemplateVersion.")]
        self.deleted.append(numbers)
        done = [{"VersionNumber": int(each)} for each in numbers if int(each) not in self.failing]
        failed = [
            {"VersionNumber": int(each), "ResponseError": {"Code": self.failing[int(each)], "Message": "no"}}
            for each in numbers
            if int(each) in self.failing
        ]
        answer = {
            "SuccessfullyDeletedLaunchTemplateVersions": done,
            "UnsuccessfullyDeletedLaunchTemplateVersions": failed,
        }
        return AWSResponse("", 200, HTTPHeaders(), None), answer

    @property
    def reader(self) -> RegionReader:
        return RegionReader(ACCOUNT, REGION, self.clients.__getitem__)

    @property
    def ec2(self) -> Any:
        return self.clients["ec2"]

    def template(self, versions: int = 12, name: str = "web", default: int = 1, **tags: str) -> str:
        """Its id."""
        written = [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
        said = [{"ResourceType": "launch-template", "Tags": written}] if tags else []
        data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
        made = self.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=said)
        for _ in range(versions - 1):
            self.ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
        self.ec2.modify_launch_template(LaunchTemplateName=name, DefaultVersion=str(default))
        return str(made["LaunchTemplate"]["LaunchTemplateId"])

    def group(self, template: str, version: str, name: str = "web") -> None:
        self.clients["autoscaling"].create_auto_scaling_group(
            AutoScalingGroupName=name, MinSize=0, MaxSize=1, AvailabilityZones=["us-east-1a"],
            LaunchTemplate={"LaunchTemplateName": template, "Version": version},
        )  # fmt: skip

    def instance(self, template: str, version: str) -> str:
        named = {"LaunchTemplateName": template, "Version": version}
        run = self.ec2.run_instances(LaunchTemplate=named, MinCount=1, MaxCount=1)
        return str(run["Instances"][0]["InstanceId"])


def sources(*names: str) -> list[Source]:
    return [each for each in LAUNCHERS if each.name in {*names, "launch templates"}]
