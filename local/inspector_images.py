"""What Inspector needs to know of an AMI: who owns it, who may see it, which snapshots it stands on."""

from typing import Any

from moto.ec2.models import ec2_backends


def find(region: str, image_id: str) -> Any:
    """The image, whoever owns it, or None."""
    for regions in list(ec2_backends.values()):
        if region in regions and (image := regions[region].amis.get(image_id)):
            return image
    return None


def visible(account: str, image: Any) -> bool:
    """Own, shared with the account, or public."""
    return image.owner_id == account or any(
        permission.get("UserId") == account or permission.get("Group") == "all"
        for permission in image.launch_permissions
    )


def snapshot_ids(image: Any) -> list[str]:
    """Of all its EBS devices, the root first."""
    mappings = image.block_device_mappings
    return [ebs["SnapshotId"] for ebs in (each.get("Ebs") or {} for each in mappings) if ebs.get("SnapshotId")]
