"""What does EC2 know about this image?"""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import DENIED, CannotTell, NeedsAPerson, code_of
from goldsmith.model import Image, ImageRef

MISSING = frozenset({"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"})


def describe(image: ImageRef, *, ec2: Any) -> dict[str, Any] | None:
    """EC2's own description, or None if it knows no such image (yet: EC2 is eventually consistent)."""
    try:
        found = ec2.describe_images(ImageIds=[image.image_id], IncludeDeprecated=True, IncludeDisabled=True)["Images"]
    except ClientError as error:
        if code_of(error) in MISSING:
            return None
        if code_of(error) in DENIED:
            raise CannotTell(f"{image.region}: ec2:DescribeImages: {error}") from error
        raise
    return found[0] if found else None


def gather_image(image: ImageRef, *, ec2: Any) -> Image:
    """Raises CannotTell if EC2 may not or does not tell."""
    found = describe(image, ec2=ec2)
    if found is None:
        raise CannotTell(f"{image.region}: EC2 knows no image {image.image_id}")
    return image_of(found, image.region)


def image_of(found: dict[str, Any], region: str) -> Image:
    """EC2's description as the value that travels."""
    return Image(
        image_id=found["ImageId"],
        name=found.get("Name", ""),
        account=found["OwnerId"],
        region=region,
        state=found["State"],
        architecture=found["Architecture"],
        created=datetime.fromisoformat(found["CreationDate"]),
        public=found["Public"],
        tags=tags_of(found),
        source=found.get("SourceImageId", ""),
    )


def ebs_volumes(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The EBS volumes in EC2's description, by device name.  Raises NeedsAPerson if the root is none of them.

    Devices without `Ebs` are instance store volumes: they have no snapshot, and EC2 attaches them by itself.
    """
    volumes = {each["DeviceName"]: each["Ebs"] for each in found.get("BlockDeviceMappings", []) if "Ebs" in each}
    if found["RootDeviceName"] not in volumes:
        raise NeedsAPerson(
            f"{found['ImageId']} has no EBS volume {found['RootDeviceName']} to boot from: choose an AMI that has"
        )
    return volumes


def tags_of(found: dict[str, Any]) -> dict[str, str]:
    """The tags in EC2's description."""
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


def snapshots_of(image: dict[str, Any]) -> list[str]:
    """The snapshots that EC2 names for an image, once there are any."""
    devices = (device.get("Ebs", {}) for device in image.get("BlockDeviceMappings", []))
    return [ebs["SnapshotId"] for ebs in devices if ebs.get("SnapshotId")]
