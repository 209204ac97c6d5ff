"""An AMI of ours as it lies in an account, made in no time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.embedded import Account
from tests.workflows.recipes import TAGS

Image = dict[str, Any]


@dataclass(frozen=True)
class Ami:
    """One copy: where it is and what is there."""

    account: Account
    region: str
    id: str

    @property
    def ec2(self) -> Any:
        return self.account.client("ec2", self.region)

    @property
    def ref(self) -> dict[str, str]:
        return {"imageId": self.id, "account": self.account.id, "region": self.region}

    def shown(self) -> Image | None:
        wanted = [{"Name": "image-id", "Values": [self.id]}]
        found = self.ec2.describe_images(Owners=["self"], Filters=wanted, IncludeDeprecated=True, IncludeDisabled=True)[
            "Images"
        ]
        return found[0] if found else None

    def tags(self) -> dict[str, str]:
        found = self.shown()
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]} if found else {}

    @property
    def stage(self) -> str:
        return self.tags().get("goldsmith:stage", "gone")

    @property
    def state(self) -> str:
        found = self.shown()
        return str(found["State"]) if found else "gone"

    def permissions(self) -> list[dict[str, str]]:
        answer = self.ec2.describe_image_attribute(ImageId=self.id, Attribute="launchPermission")
        return sorted(answer["LaunchPermissions"], key=str)

    def snapshots(self) -> list[str]:
        """Those that still carry its id."""
        ours = [{"Name": "tag:goldsmith:image", "Values": [self.id]}]
        return [
            each["SnapshotId"] for each in self.ec2.describe_snapshots(OwnerIds=["self"], Filters=ours)["Snapshots"]
        ]


def make(account: Account, region: str, named: Mapping[str, str]) -> Ami:
    """An AMI of ours with these tags, protected as it is from birth."""
    ec2, name = account.client("ec2", region), f"{named['family']}-{named['version']}-x86_64"
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}
    image = ec2.register_image(
        Name=name, RootDeviceName="/dev/xvda", Architecture="x86_64", BlockDeviceMappings=[disk]
    )["ImageId"]
    tags = {each.removeprefix("goldsmith:"): "x" for each in TAGS} | {"arch": "x86_64", "image": image} | dict(named)
    written = [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
    ec2.create_tags(Resources=[image, snapshot], Tags=written)
    account.tell("images/release", region=region, image_id=image)
    if named["stage"] not in {"failed", "disabled"}:
        ec2.enable_image_deregistration_protection(ImageId=image, WithCooldown=True)
    return Ami(account, region, image)
