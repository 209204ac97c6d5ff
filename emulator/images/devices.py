"""The block devices of a launch: those of its image, changed and added to by those of the request."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from emulator.ec2.api import refuse
from emulator.images.ami import Device, Image

# BlockDeviceMapping in the EC2 API reference: instance store volumes are numbered from 0, 24 at most.
EPHEMERAL: Final = re.compile(r"ephemeral([0-9]|1[0-9]|2[0-3])")
PERFORMANCE: Final = {"Iops", "Throughput"}
Mapped = Mapping[str, Any]


def volumes(image: Image | None, mappings: Iterable[Mapped]) -> dict[str, dict[str, Any]]:
    """What each EBS device of the launch is to be, by device name.

    A mapping changes only what it names of the image's device.  NoDevice and an instance store volume take its place.
    """
    devices = {device.name: _of_image(device) for device in image.devices} if image else {}
    for mapping in mappings:
        name, ebs = mapping["DeviceName"], mapping.get("Ebs")
        if mapping.get("NoDevice") is not None or mapping.get("VirtualName"):
            devices.pop(name, None)
        elif ebs is not None:
            devices[name] = _changed(devices.get(name, {}), ebs)
    return devices


def instance_store(image: Image, mappings: Iterable[Mapped]) -> dict[str, str]:
    """The virtual name (`ephemeral0`) of each instance store device of the launch, by device name."""
    devices = dict(image.instance_store)
    for mapping in mappings:
        devices.pop(mapping["DeviceName"], None)
        if virtual := mapping.get("VirtualName"):
            devices[mapping["DeviceName"]] = check_virtual_name(virtual)
    return devices


def check_virtual_name(virtual: str) -> str:
    if not EPHEMERAL.fullmatch(virtual):
        refuse("InvalidBlockDeviceMapping", f"Invalid virtual name '{virtual}': expecting ephemeral0 to ephemeral23")
    return virtual


def check_sizes(image: Image, wanted: Mapping[str, Mapped]) -> None:
    """Refuse volumes that are smaller than the image's snapshots."""
    least = {device.name: device.snapshot.volume.size for device in image.devices}
    for name, ebs in wanted.items():
        size = ebs.get("VolumeSize")
        if size is not None and int(size) < least.get(name, 1):
            refuse("InvalidBlockDeviceMapping", f"Volume of size {size}GB is smaller than {least[name]}GB")


def _of_image(device: Device) -> dict[str, Any]:
    snapshot = device.snapshot
    ebs = {
        "VolumeSize": snapshot.volume.size,
        "VolumeType": device.volume_type,
        "DeleteOnTermination": device.delete_on_termination,
        "Encrypted": snapshot.encrypted,
        "SnapshotId": snapshot.id,
        "Iops": device.iops,
        "Throughput": device.throughput,
        "KmsKeyId": snapshot.kms_key_id if snapshot.encrypted else None,
    }
    return {key: value for key, value in ebs.items() if value is not None}


def _changed(device: Mapped, ebs: Mapped) -> dict[str, Any]:
    """The image's device as the request wants it.  A new volume type brings its own IOPS and throughput."""
    if ebs.get("VolumeType", device.get("VolumeType")) != device.get("VolumeType"):
        device = {key: value for key, value in device.items() if key not in PERFORMANCE}
    encrypted = {"Encrypted": True} if device.get("Encrypted") else {}  # nothing undoes the encryption of a snapshot
    return {**device, **ebs, **encrypted}
