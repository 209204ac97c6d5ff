"""RunInstances: which images can be launched, and what an instance gets from its image."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

from emulator.ec2.api import refuse
from emulator.gateway.patching import patch, replace
from emulator.images.ami import Image, find
from emulator.images.devices import check_sizes, instance_store, volumes

LAUNCHING: Final[ContextVar[Mapping[str, Any]]] = ContextVar("LAUNCHING")  # the volumes of a launch, by device name


def _template(backend: Any, named: Any) -> Mapping[str, Any]:
    """What the launch template says, if there is one."""
    return backend._get_template_from_args(named).data if named else {}


def _wanted(backend: Any, image_id: str | None, data: Mapping[str, Any]) -> Image:
    chosen = image_id or data.get("ImageId")
    if not chosen:
        refuse("MissingParameter", "The request must contain the parameter ImageId")
    image = find(backend, chosen)
    if image.state != "available":
        refuse("InvalidAMIID.Unavailable", f"The image ID '{chosen}' is {image.state} and can't be launched")
    return image


def _mappings(backend: Any, image: Image, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The launch's volumes as moto takes them; another account's snapshot is not in moto's reach."""
    devices = volumes(image, wanted)
    check_sizes(image, devices)
    foreign = {device.snapshot.id for device in image.devices} - backend.snapshots.keys()
    for ebs in devices.values():
        if ebs.get("SnapshotId") in foreign:
            ebs.pop("SnapshotId")
    return [{"DeviceName": name, "Ebs": ebs} for name, ebs in devices.items()]


@patch("moto launches images that do not exist or are not available, and gives instances none of their volumes")
def ami_launch() -> None:
    def make(run: Any) -> Any:
        def run_instances(
            backend: Any, image_id: str | None, count: int, user_data: Any, security_group_names: Any, **more: Any
        ) -> Any:
            data = _template(backend, more.get("launch_template"))
            image = _wanted(backend, image_id, data)
            wanted = [*(data.get("BlockDeviceMappings") or []), *(more.get("block_device_mappings") or [])]
            if configuration := more.get("launch_config"):
                wanted += configuration.block_device_mapping_dict or []
            store = instance_store(image, wanted)
            more["block_device_mappings"] = mappings = _mappings(backend, image, wanted)
            told = LAUNCHING.set({each["DeviceName"]: each["Ebs"] for each in mappings})
            try:
                reservation = run(backend, image_id, count, user_data, security_group_names, **more)
            finally:
                LAUNCHING.reset(told)
            image.launches.append(utcnow())
            for instance in reservation.instances:
                instance.image, instance.instance_store = image, store
            return reservation

        return run_instances

    replace(InstanceBackend, "run_instances", make)


@patch("moto turns what a launch leaves open about a volume (size, encryption, deletion) into a refusal or a no")
def ami_launch_overrides() -> None:
    def mappings(response: Any) -> Any:
        return response.params.get("BlockDeviceMappings") or []

    InstanceResponse._parse_block_device_mapping = mappings


@patch("moto launches volumes without their IOPS and throughput, and none of a type that must have them")
def ami_launch_performance() -> None:
    Instance.add_block_device = _add_volume


def _add_volume(instance: Any, size: int, device: str, *rest: Any, volume_type: str | None) -> None:
    snapshot, encrypted, delete, key = rest
    ebs = LAUNCHING.get({}).get(device, {})
    volume = instance.ec2_backend.create_volume(
        size=size, zone_name=instance._placement.zone, snapshot_id=snapshot, encrypted=encrypted, kms_key_id=key,
        volume_type=volume_type, iops=ebs.get("Iops"), throughput=ebs.get("Throughput"),
    )  # fmt: skip
    instance.ec2_backend.attach_volume(volume.id, instance.id, device, delete)
