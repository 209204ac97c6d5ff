"""What keeps an image that nothing in its own account launches: sharing, its own facts, and other images."""

from typing import Any

from tests.audit.cloud import CONSUMER, HOME, Cloud
from tests.audit.references import case, instance, ours, shared

ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-goldsmith"
UNIT = "arn:aws:organizations::111111111111:ou/o-goldsmith/ou-gold-00000001"


@case("an instance in a consumer account only", "instance")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeInstances", instance(image), account=CONSUMER)


@case("shared with an account that was not looked at", "333333333333 us-east-1 account")
def _(cloud: Cloud, image: str) -> None:
    shared(cloud, image, UserId="333333333333")


def _account(number: str) -> dict[str, Any]:
    return {"Id": number, "Arn": f"arn:aws:organizations::{HOME}:account/o-goldsmith/{number}"}


@case("shared with an organisation of which one account was not looked at", "444444444444 us-east-1 account")
def _(cloud: Cloud, image: str) -> None:
    for number in (HOME, CONSUMER, "444444444444"):
        cloud.add("ListAccounts", _account(number))
    shared(cloud, image, OrganizationArn=ORGANIZATION)


@case("shared with a unit below whose unit one account was not looked at", "555555555555 us-east-1 account")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("ListAccountsForParent", _account(CONSUMER), parent="ou-gold-00000001")
    cloud.add("ListOrganizationalUnitsForParent", {"Id": "ou-gold-00000002"}, parent="ou-gold-00000001")
    cloud.add("ListAccountsForParent", _account("555555555555"), parent="ou-gold-00000002")
    shared(cloud, image, OrganizationalUnitArn=UNIT)


@case("shared with another organisation", "accounts of")
def _(cloud: Cloud, image: str) -> None:
    shared(cloud, image, OrganizationArn=ORGANIZATION.replace("goldsmith", "strangers"))


@case("shared with everybody", "public")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["Public"] = True


@case("launched lately", "launched_lately")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["LastLaunchedTime"] = "2026-05-20T10:00:00.000Z"


@case("protected from deregistration", "protected")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["DeregistrationProtection"] = "enabled-with-cooldown"


@case("held by a person", "held")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["Tags"].append({"Key": "goldsmith:hold", "Value": "audit 2026"})


@case("young, in another format", "too_young")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["CreationDate"] = "Fri, 01 May 2026 23:30:00 -0500"


@case("a date that cannot be read", "is no date")
def _(cloud: Cloud, image: str) -> None:
    ours(cloud, image)["CreationDate"] = "last spring"


@case("a snapshot of two images", "image")
def _(cloud: Cloud, image: str) -> None:
    mapping = ours(cloud, image)["BlockDeviceMappings"]
    other = ours(cloud, image) | {
        "ImageId": "ami-0000000f",
        "Name": "other",
        "Tags": [],
        "BlockDeviceMappings": mapping,
    }
    cloud.add("DescribeImages", other)


@case("the third volume of an image of three is of another image too", "image")
def _(cloud: Cloud, image: str) -> None:
    third = {"DeviceName": "/dev/xvdc", "Ebs": {"SnapshotId": "snap-third", "VolumeSize": 100}}
    second = {"DeviceName": "/dev/xvdb", "Ebs": {"SnapshotId": "snap-second", "VolumeSize": 50}}
    other = ours(cloud, image) | {"ImageId": "ami-0000000e", "Tags": [], "BlockDeviceMappings": [third]}
    ours(cloud, image)["BlockDeviceMappings"] += [second, third]
    cloud.add("DescribeImages", other)


@case("another image was built from it", "image")
def _(cloud: Cloud, image: str) -> None:
    child = ours(cloud, image) | {"ImageId": "ami-0000000d", "Tags": [], "BlockDeviceMappings": []}
    cloud.add("DescribeImages", child)
    line = [{"ImageId": "ami-0000000d", "SourceImageId": image, "SourceImageRegion": "us-east-1"}, {"ImageId": image}]
    cloud.said[HOME, "us-east-1", "GetImageAncestry"]["ami-0000000d"] = {"ImageAncestryEntries": line}
