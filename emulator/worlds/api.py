"""What a world is made with: the emulated APIs over HTTP, and the few things that no API can say (the past)."""

import time
from datetime import datetime
from typing import Any, Final

from moto.ec2.models import ec2_backends

from emulator.iam import sessions

AGENT: Final = "goldsmith-world"
NAPS: Final = 1000


def client(service: str, account: str, region: str) -> Any:
    """As the account's root user, through the front door."""
    return sessions.client(service, region, sessions.of_root(account), agent=AGENT)


def register(  # noqa: PLR0913 - the parameters of RegisterImage
    ec2: Any, *, name: str, description: str, architecture: str, root_device: str, volume_gib: int,
    encrypted: bool = False, tags: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """An image of one root device, from a snapshot of an empty volume."""
    zone = f"{ec2.meta.region_name}a"
    volume = ec2.create_volume(AvailabilityZone=zone, Size=volume_gib, VolumeType="gp3", Encrypted=encrypted)[
        "VolumeId"
    ]
    snapshot = ec2.create_snapshot(VolumeId=volume, Description=f"root of {name}")["SnapshotId"]
    ec2.delete_volume(VolumeId=volume)
    device = {"DeviceName": root_device, "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}
    image_id = str(
        ec2.register_image(
            Name=name, Description=description, Architecture=architecture, RootDeviceName=root_device,
            BlockDeviceMappings=[device], VirtualizationType="hvm", EnaSupport=True, BootMode="uefi-preferred",
        )["ImageId"]
    )  # fmt: skip
    if tags:
        ec2.create_tags(Resources=[image_id, snapshot], Tags=tag_list(tags))
    return image_id


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def wait_until_available(ec2: Any, image_id: str) -> None:
    for _ in range(NAPS):
        if ec2.describe_images(ImageIds=[image_id])["Images"][0]["State"] == "available":
            return
        time.sleep(0.02)
    raise ValueError(f"{image_id} does not become available: are the images of its account held?")


def date_image(account: str, region: str, image_id: str, created: datetime) -> None:
    """Make an image and its snapshots as old as if they had been made then."""
    backend = ec2_backends[account][region]
    (image,) = client("ec2", account, region).describe_images(ImageIds=[image_id])["Images"]
    backend.amis[image_id].creation_date = created
    for mapping in image["BlockDeviceMappings"]:
        snapshot = backend.snapshots[mapping["Ebs"]["SnapshotId"]]
        snapshot.start_time = created
        if snapshot.__dict__.get("completion_time"):
            snapshot.completion_time = created


def date_instances(account: str, region: str, instance_ids: list[str], launched: datetime) -> None:
    """Make instances as old as if they had been launched then."""
    backend = ec2_backends[account][region]
    for instance_id in instance_ids:
        backend.get_instance(instance_id).launch_time = launched
