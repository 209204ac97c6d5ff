"""An image to scan, and a scan run to its end."""

from typing import Any, Final

from tests.embedded import Account, eventually

LOW: Final = {"cve": "CVE-2026-8", "severity": "LOW", "package": "bash", "version": "5.2", "path": "/usr/bin/bash"}
CRITICAL: Final = {
    "cve": "CVE-2026-7",
    "severity": "CRITICAL",
    "package": "openssl",
    "version": "3.0.8",
    "fixed_in": "3.0.9",
    "path": "/usr/lib64/libssl.so.3",
    "exploit": True,
}


def new_image(account: Account, name: str = "golden-web") -> str:
    """The id of an image of the account, available."""
    ec2 = account.client("ec2")
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    eventually(lambda: ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "completed")
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}
    image = ec2.register_image(Name=name, RootDeviceName="/dev/xvda", BlockDeviceMappings=[device])
    image_id: str = image["ImageId"]
    eventually(lambda: ec2.describe_images(ImageIds=[image_id])["Images"][0]["State"] == "available")
    return image_id


def status(account: Account, image_id: str, scan_id: str) -> dict[str, Any]:
    inspector = account.client("inspector2")
    answer: dict[str, Any] = inspector.get_on_demand_scan_status(
        resourceId=image_id, scanId=scan_id, resourceType="AMI"
    )
    return answer


def scan(account: Account, image_id: str) -> dict[str, Any]:
    """Start one and wait for its end."""
    started = account.client("inspector2").start_on_demand_scan(resourceId=image_id, resourceType="AMI")

    def ended() -> dict[str, Any] | None:
        seen = status(account, image_id, started["scanId"])
        return seen if seen["scanStatus"] != "IN_PROGRESS" else None

    answer = eventually(ended)
    assert answer
    return answer
