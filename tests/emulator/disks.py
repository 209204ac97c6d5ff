"""Images with data volumes, and the volumes of instances."""

from typing import Any

Ebs = dict[str, Any]


def snapshot(ec2: Any, gib: int, **more: Any) -> str:
    """A snapshot of a new volume, which is gone afterwards."""
    volume = ec2.create_volume(AvailabilityZone=f"{ec2.meta.region_name}a", Size=gib, **more)["VolumeId"]
    made = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.delete_volume(VolumeId=volume)
    return str(made)


def registered(ec2: Any, name: str, devices: dict[str, Ebs], **more: Any) -> str:
    """An image whose root is /dev/xvda (8 GiB) and that has these devices beside it."""
    root = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot(ec2, 8)}}
    mappings = [root, *[{"DeviceName": device, "Ebs": ebs} for device, ebs in devices.items()]]
    mappings += more.pop("BlockDeviceMappings", [])
    image = ec2.register_image(
        Name=name, RootDeviceName="/dev/xvda", Architecture="x86_64", BlockDeviceMappings=mappings, **more
    )
    return str(image["ImageId"])


def volumes(ec2: Any, instance: str) -> dict[str, Ebs]:
    """The volumes that are attached to an instance, by device name."""
    attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
    found = ec2.describe_volumes(Filters=attached)["Volumes"]
    return {each["Attachments"][0]["Device"]: each for each in found}


def mapped(shown: Ebs) -> dict[str, Ebs]:
    """The EBS devices of an image or instance as EC2 describes it, by device name."""
    return {each["DeviceName"]: each["Ebs"] for each in shown["BlockDeviceMappings"] if "Ebs" in each}
