"""RunInstances: which images can be launched, and what an instance gets from its image."""

from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

from local.ami import Image, find
from local.ec2_api import refuse
from local.patching import patch, replace


def _wanted(backend: Any, image_id: str | None, template: Any) -> Image:
    data = backend._get_template_from_args(template).data if template else {}
    chosen = image_id or data.get("ImageId")
    if not chosen:
        refuse("MissingParameter", "The request must contain the parameter ImageId")
    image = find(backend, chosen)
    if image.state != "available":
        refuse("InvalidAMIID.Unavailable", f"The image ID '{chosen}' is {image.state} and can't be launched")
    return image


def _volumes(backend: Any, image: Image, overrides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The image's block devices, changed and added to by the launch's."""
    devices = {device.name: _volume(backend, device) for device in image.devices}
    for mapping in overrides:
        name, ebs = mapping["DeviceName"], mapping.get("Ebs")
        if mapping.get("NoDevice") is not None:
            devices.pop(name, None)
        elif ebs is not None:
            least = devices.get(name, {}).get("VolumeSize", 1)
            if int(ebs.get("VolumeSize") or least) < least:
                refuse("InvalidBlockDeviceMapping", f"Volume of size {ebs['VolumeSize']}GB is smaller than {least}GB")
            kept = {"Encrypted": True} if devices.get(name, {}).get("Encrypted") else {}  # it can't be undone
            devices[name] = devices.get(name, {}) | ebs | kept
    return [{"DeviceName": name, "Ebs": ebs} for name, ebs in devices.items()]


def _volume(backend: Any, device: Any) -> dict[str, Any]:
    snapshot = device.snapshot
    ebs = {
        "VolumeSize": snapshot.volume.size,
        "VolumeType": device.volume_type,
        "DeleteOnTermination": device.delete_on_termination,
        "Encrypted": snapshot.encrypted,
    }
    if snapshot.encrypted and snapshot.kms_key_id:
        ebs["KmsKeyId"] = snapshot.kms_key_id
    if snapshot.id in backend.snapshots:  # another account's snapshot is not in moto's reach
        ebs["SnapshotId"] = snapshot.id
    return ebs


@patch("moto launches images that do not exist or are not available, and gives instances none of their volumes")
def ami_launch() -> None:
    def make(run: Any) -> Any:
        def run_instances(
            backend: Any, image_id: str | None, count: int, user_data: Any, security_group_names: Any, **more: Any
        ) -> Any:
            template = more.get("launch_template")
            image = _wanted(backend, image_id, template)
            data = backend._get_template_from_args(template).data if template else {}
            overrides = [*(data.get("BlockDeviceMappings") or []), *(more.get("block_device_mappings") or [])]
            if configuration := more.get("launch_config"):
                overrides += configuration.block_device_mapping_dict or []
            more["block_device_mappings"] = _volumes(backend, image, overrides)
            reservation = run(backend, image_id, count, user_data, security_group_names, **more)
            image.launches.append(utcnow())
            for instance in reservation.instances:
                instance.image = image
            return reservation

        return run_instances

    replace(InstanceBackend, "run_instances", make)


@patch("moto turns what a launch leaves open about a volume (size, encryption, deletion) into a refusal or a no")
def ami_launch_overrides() -> None:
    def mappings(response: Any) -> Any:
        return response.params.get("BlockDeviceMappings") or []

    InstanceResponse._parse_block_device_mapping = mappings
