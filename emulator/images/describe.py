"""DescribeImages: what an account sees of its own and of other accounts' images."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from moto.core.utils import utcnow

from emulator.ec2.api import Parameters, as_tags, refuse, serve
from emulator.ec2.lists import filtered, page
from emulator.gateway.patching import patch
from emulator.images.ami import ABSENT, SHARED_TAG, Device, Image, look_up, visible

ALIASES: Final = {"amazon", "aws-marketplace", "aws-backup-vault"}


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _maybe(value: Any) -> list[str]:
    return [] if value is None else [str(value)]


def _yes(value: object) -> list[str]:
    return ["true" if value else "false"]


FILTERS: Final = {
    "architecture": lambda image: [image.architecture],
    "block-device-mapping.delete-on-termination": lambda i: [
        value for device in i.devices for value in _yes(device.delete_on_termination)
    ],
    "block-device-mapping.device-name": lambda image: [
        *(device.name for device in image.devices),
        *image.instance_store,
    ],
    "block-device-mapping.encrypted": lambda image: [v for d in image.devices for v in _yes(d.snapshot.encrypted)],
    "block-device-mapping.snapshot-id": lambda image: [device.snapshot.id for device in image.devices],
    "block-device-mapping.volume-size": lambda image: [str(device.snapshot.volume.size) for device in image.devices],
    "block-device-mapping.volume-type": lambda image: [device.volume_type for device in image.devices],
    "creation-date": lambda image: [stamp(image.creation_date)],
    "description": lambda image: [image.description],
    "ena-support": lambda image: _yes(image.ena_support),
    "hypervisor": lambda _: ["xen"],
    "image-id": lambda image: [image.id],
    "image-type": lambda _: ["machine"],
    "image-watermark.watermark-key": lambda image: [mark["WatermarkKey"] for mark in image.watermarks],
    "is-public": lambda image: _yes(image.is_public),
    "name": lambda image: [image.name],
    "owner-alias": lambda image: _maybe(image.owner_alias),
    "owner-id": lambda image: [image.owner_id],
    "platform": lambda image: _maybe(image.platform),
    "public-ssm-parameter-name": lambda image: _maybe(image.public_ssm_parameter_name),
    "root-device-name": lambda image: [image.root_device_name],
    "root-device-type": lambda _: ["ebs"],
    "source-image-id": lambda image: _maybe(image.source_image_id),
    "source-image-region": lambda image: _maybe(image.source_image_region),
    "source-instance-id": lambda image: _maybe(image.source_instance_id),
    "state": lambda image: [image.state],
    "state-reason-code": lambda image: _maybe((image.state_reason or {}).get("Code")),
    "state-reason-message": lambda image: _maybe((image.state_reason or {}).get("Message")),
    "virtualization-type": lambda image: [image.virtualization_type],
}


def describe(backend: Any, parameters: Parameters) -> dict[str, Any]:
    account = backend.account_id
    images = [image for image in _asked(backend, parameters) if _shown(image, account, parameters)]
    images = filtered(images, parameters, FILTERS, lambda image: _tags(image, account))
    shown, token = page(images, parameters, lambda image: image.id)
    return {"Images": [described(image, account) for image in shown], "NextToken": token}


def _asked(backend: Any, parameters: Parameters) -> Iterable[Image]:
    if ids := parameters.get("ImageIds"):
        return _by_id(backend, ids)
    images: Iterable[Image] = visible(backend)
    if owners := parameters.get("Owners"):
        wanted = {backend.account_id if owner == "self" else owner for owner in owners}
        if strange := [owner for owner in wanted if not (owner in ALIASES or owner.isdigit())]:
            refuse("InvalidUserID.Malformed", f'Invalid user id: "{strange[0]}"')
        images = (image for image in images if image.owner_id in wanted or image.owner_alias in wanted)
    if users := parameters.get("ExecutableUsers"):
        names = {backend.account_id if user == "self" else user for user in users}
        images = (
            image
            for image in images
            if any(each.get("UserId") in names or each.get("Group") in names for each in image.launch_permissions)
        )
    return images


def _by_id(backend: Any, ids: list[str]) -> list[Image]:
    for image_id in ids:
        if not image_id.startswith("ami-"):
            refuse("InvalidAMIID.Malformed", f'Invalid id: "{image_id}" (expecting "ami-...")')
    found = {image_id: look_up(backend, image_id) for image_id in ids}
    if missing := [image_id for image_id, image in found.items() if image is None]:
        refuse("InvalidAMIID.NotFound", ABSENT.format(", ".join(missing)))
    return [image for image in found.values() if image]


def _shown(image: Image, account: str, parameters: Parameters) -> bool:
    if image.state == "disabled" and not parameters.get("IncludeDisabled"):
        return False
    if image.deprecation_time is None or image.owner_id == account or parameters.get("IncludeDeprecated"):
        return True
    return bool(image.deprecation_time > utcnow())


def _tags(image: Image, account: str) -> dict[str, str]:
    tags = image.tags
    if image.owner_id == account:
        return tags
    return {key: value for key, value in tags.items() if key.startswith(SHARED_TAG)}


def described(image: Image, account: str) -> dict[str, Any]:
    """One `Image` of the EC2 model, as `account` sees it; what has no value is left out."""
    windows = image.platform is not None
    known = {
        "ImageId": image.id, "Name": image.name, "Description": image.description, "State": image.state,
        "StateReason": image.state_reason, "CreationDate": image.creation_date, "OwnerId": image.owner_id,
        "ImageOwnerAlias": image.owner_alias, "ImageLocation": f"{image.owner_alias or image.owner_id}/{image.name}",
        "Public": image.is_public, "Architecture": image.architecture, "ImageType": "machine", "Hypervisor": "xen",
        "VirtualizationType": image.virtualization_type, "RootDeviceName": image.root_device_name,
        "RootDeviceType": "ebs", "EnaSupport": image.ena_support, "SriovNetSupport": "simple",
        "BootMode": image.boot_mode, "TpmSupport": image.tpm_support, "ImdsSupport": image.imds_support,
        "Platform": image.platform, "PlatformDetails": "Windows" if windows else "Linux/UNIX",
        "UsageOperation": "RunInstances:0002" if windows else "RunInstances",
        "SourceImageId": image.source_image_id, "SourceImageRegion": image.source_image_region,
        "PublicSsmParameterName": image.public_ssm_parameter_name, "ImageWatermarks": image.watermarks or None,
        "DeprecationTime": stamp(image.deprecation_time) if image.deprecation_time else None,
        "BlockDeviceMappings": [*map(mapping, image.devices), *_instance_store(image)],
        "Tags": as_tags(_tags(image, account)) or None,
    } | (_for_owner(image) if image.owner_id == account else {})  # fmt: skip
    return {key: value for key, value in known.items() if value is not None}


def _for_owner(image: Image) -> dict[str, Any]:
    launched = image.last_launched_time
    return {
        "SourceInstanceId": image.source_instance_id,
        "DeregistrationProtection": image.protection,
        "LastLaunchedTime": stamp(launched) if launched else None,
    }


def mapping(device: Device) -> dict[str, Any]:
    """One block device mapping; AWS shows the key of an encrypted snapshot only in DescribeSnapshots."""
    ebs = {
        "SnapshotId": device.snapshot.id,
        "VolumeSize": device.snapshot.volume.size,
        "VolumeType": device.volume_type,
        "Encrypted": device.snapshot.encrypted,
        "DeleteOnTermination": device.delete_on_termination,
        "Iops": device.iops,
        "Throughput": device.throughput,
    }
    return {"DeviceName": device.name, "Ebs": {key: value for key, value in ebs.items() if value is not None}}


def _instance_store(image: Image) -> list[dict[str, Any]]:
    return [{"DeviceName": name, "VirtualName": virtual} for name, virtual in image.instance_store.items()]


@patch("moto shows disabled and deprecated images, no other account's, one page, and fails on new filters")
def ami_describe() -> None:
    serve(describe_images=describe)
