"""Every way in which an image can be used, one case each: what places it, and the kind of use that must be found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.audit.cloud import CONSUMER, HOME, Cloud

Place = Callable[[Cloud, str], None]
HERE = f"us-east-1:{HOME}"
EC2, SSM = f"arn:aws:ec2:{HERE}", f"arn:aws:ssm:{HERE}"


@dataclass(frozen=True)
class Case:
    """`seen_as`: the kind of use, the reason, or part of the name of the place that could not be seen."""

    name: str
    place: Place
    seen_as: str


CASES: list[Case] = []


def case(name: str, seen_as: str) -> Callable[[Place], Place]:
    def register(place: Place) -> Place:
        CASES.append(Case(name, place, seen_as))
        return place

    return register


def instance(image: str, state: str = "running") -> dict[str, Any]:
    return {"Instances": [{"InstanceId": f"i-{image[4:]}", "ImageId": image, "State": {"Name": state}}]}


def template(cloud: Cloud, name: str, *images: str, listed: bool = True, latest: int = 0) -> dict[str, str]:
    """A launch template with one version per image; its specification."""
    known = f"lt-{name}"
    for number, image in enumerate(images, 1):
        data = {"ImageId": image} if image else {}
        cloud.add(
            "DescribeLaunchTemplateVersions",
            {"LaunchTemplateId": known, "VersionNumber": number, "LaunchTemplateData": data}, parent=known,
        )  # fmt: skip
    if listed:
        about = {"LaunchTemplateId": known, "LaunchTemplateName": name, "DefaultVersionNumber": 1}
        cloud.add("DescribeLaunchTemplates", about | {"LatestVersionNumber": latest or len(images)})
    return {"LaunchTemplateId": known, "Version": "1"}


def hidden(cloud: Cloud, name: str, image: str) -> dict[str, str]:
    """A template that no list holds, so that only what refers to it leads to the image."""
    return template(cloud, name, image, listed=False)


def parameter(cloud: Cloud, name: str, value: str, selector: str = "", **more: str) -> None:
    """What one way of asking for a parameter is answered."""
    arn = more.pop("arn", f"{SSM}:parameter/{name.lstrip('/')}")
    told = {"Name": name, "Value": value, "Selector": selector, "ARN": arn, "Type": "String"} | more
    asked = (arn if arn.split(":")[4] != HOME else name) + selector
    cloud.said[HOME, "us-east-1", "GetParameters"][asked] = told


def group(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AutoScalingGroupName": name, "AutoScalingGroupARN": f"arn:aws:autoscaling:{HERE}:autoScalingGroup:1:{name}",
        "MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0, "DefaultCooldown": 0, "AvailabilityZones": [],
        "HealthCheckType": "EC2", "CreatedTime": "2026-01-01T00:00:00Z", **more,
    }  # fmt: skip


def mixed(**more: Any) -> dict[str, Any]:
    return {"MixedInstancesPolicy": {"LaunchTemplate": more}}


def configuration(name: str, image: str) -> dict[str, Any]:
    return {
        "LaunchConfigurationName": name, "ImageId": image, "InstanceType": "t3.micro",
        "CreatedTime": "2026-01-01T00:00:00Z",
        "LaunchConfigurationARN": f"arn:aws:autoscaling:{HERE}:launchConfiguration:1:launchConfigurationName/{name}",
    }  # fmt: skip


def shared(cloud: Cloud, image: str, **permission: str) -> None:
    cloud.said[HOME, "us-east-1", "DescribeImageAttribute"][image] = {"LaunchPermissions": [permission]}


def ours(cloud: Cloud, image: str, region: str = "us-east-1") -> dict[str, Any]:
    """What EC2 will say about an image, to be changed."""
    listed: list[dict[str, Any]] = cloud.listed[HOME, region, "DescribeImages"][""]
    return next(each for each in listed if each["ImageId"] == image)


def consumer(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeInstances", instance(image), account=CONSUMER)
