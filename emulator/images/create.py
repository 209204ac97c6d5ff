"""CreateImage, RegisterImage, and images that were there before: `images/add`."""

import re
from typing import Any, Final

from moto.core.parse import default_timestamp_parser
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import Volume
from moto.ec2.utils import random_ami_id

from emulator.ec2.api import Parameters, refuse, serve, tags_to_set
from emulator.gateway.control import command
from emulator.gateway.patching import patch
from emulator.images.ami import Device, Image, put
from emulator.images.devices import check_virtual_name
from emulator.images.states import begin
from emulator.snapshots import of_images

NAME: Final = re.compile(r"[A-Za-z0-9()\[\] ./\-'@_]{3,128}")
LONGEST_DESCRIPTION: Final = 255
LINEAGE: Final = ("architecture", "platform", "virtualization_type", "boot_mode", "tpm_support", "ena_support")


def check_name(parameters: Parameters) -> None:
    if not NAME.fullmatch(parameters.get("Name") or ""):
        refuse(
            "InvalidAMIName.Malformed",
            "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, spaces, "
            "'(', ')', '[', ']', '.', '-', '/', ''', '@' and '_'",
        )
    if len(parameters.get("Description") or "") > LONGEST_DESCRIPTION:
        refuse("InvalidParameterValue", f"Description can be at most {LONGEST_DESCRIPTION} characters long")


def create(backend: Any, parameters: Parameters) -> dict[str, Any]:
    check_name(parameters)
    if parameters.get("SnapshotLocation", "regional") != "regional":
        raise NotImplementedError("snapshots in Local Zones and Outposts")
    tags = tags_to_set(parameters, ("image", "snapshot"))
    instance = backend.get_instance(parameters["InstanceId"])
    if instance.state not in {"running", "stopped"}:
        refuse("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'running' or 'stopped' state.")
    image = Image(backend, random_ami_id(), parameters["Name"], [], parameters.get("Description") or "")
    _descend(image, instance)
    if parameters.get("BootModeOverride"):
        image.boot_mode = parameters["BootModeOverride"]
    chosen = _chosen(instance, parameters)
    put(image)  # takes the name before there is anything to clean up
    for name, delete in chosen.items():
        volume = backend.volumes[instance.block_device_mapping[name].volume_id]
        text = f"Created by CreateImage({instance.id}) for {image.id}"
        snapshot = of_images.take(backend, image.id, volume, text, tags["snapshot"])
        snapshot.images = {image.id}
        image.devices.append(Device(name, snapshot, volume.volume_type, delete, volume.iops, volume.throughput))
    return _started(image, tags["image"])


def _started(image: Image, tags: dict[str, str]) -> dict[str, Any]:
    if tags:
        image.ec2_backend.tags[image.id] |= tags
    begin(image)
    return {"ImageId": image.id}


def _descend(image: Image, instance: Any) -> None:
    """Take over what an instance has from its image, which may be gone by now.  ImdsSupport is not inherited."""
    image.source_image_id, image.source_image_region = instance.image_id, image.region
    image.source_instance_id, image.root_device_name = instance.id, instance.root_device_name
    image.instance_store = dict(instance.__dict__.get("instance_store") or {})
    source = instance.__dict__.get("image")
    for name in LINEAGE if source else ():
        setattr(image, name, getattr(source, name))
    image.watermarks = [*source.watermarks] if source else []
    image.first_owner = (source.first_owner or source.owner_id) if source else None


def _chosen(instance: Any, parameters: Parameters) -> dict[str, bool]:
    """DeleteOnTermination of each device to keep, by device name."""
    chosen = {name: bool(device.delete_on_termination) for name, device in instance.get_block_device_mapping}
    for mapping in parameters.get("BlockDeviceMappings") or []:
        name, ebs = mapping.get("DeviceName"), mapping.get("Ebs") or {}
        if name not in chosen:
            raise NotImplementedError("CreateImage with a volume that the instance does not have")
        if set(ebs) - {"DeleteOnTermination"}:
            refuse("InvalidBlockDeviceMapping", f"Only DeleteOnTermination of {name} can be changed")
        if mapping.get("NoDevice") is not None:
            del chosen[name]
        elif "DeleteOnTermination" in ebs:
            chosen[name] = ebs["DeleteOnTermination"]
    return chosen


def register(backend: Any, parameters: Parameters) -> dict[str, Any]:
    check_name(parameters)
    if parameters.get("ImageLocation"):
        raise NotImplementedError("RegisterImage from a manifest in S3")
    if parameters.get("TpmSupport") and parameters.get("BootMode") != "uefi":
        refuse("InvalidParameterCombination", "TpmSupport requires the boot mode uefi")
    tags = tags_to_set(parameters, ("image",))
    root = parameters.get("RootDeviceName") or "/dev/sda1"
    image = Image(
        backend, random_ami_id(), parameters["Name"], _registered_devices(backend, parameters),
        parameters.get("Description") or "", root_device_name=root,
        architecture=parameters.get("Architecture") or "i386",
        virtualization_type=parameters.get("VirtualizationType") or "paravirtual",
        boot_mode=parameters.get("BootMode"), tpm_support=parameters.get("TpmSupport"),
        imds_support=parameters.get("ImdsSupport"), ena_support=bool(parameters.get("EnaSupport")),
        instance_store={
            mapping["DeviceName"]: check_virtual_name(mapping["VirtualName"])
            for mapping in parameters.get("BlockDeviceMappings") or [] if mapping.get("VirtualName")
        },
    )  # fmt: skip
    if root not in {device.name for device in image.devices}:
        refuse("InvalidBlockDeviceMapping", f"The root device {root} has no snapshot")
    put(image)
    return _started(image, tags["image"])


def _registered_devices(backend: Any, parameters: Parameters) -> list[Device]:
    devices = []
    for mapping in parameters.get("BlockDeviceMappings") or []:
        ebs = mapping.get("Ebs") or {}
        if mapping.get("VirtualName"):
            continue
        if "SnapshotId" not in ebs and mapping["DeviceName"] == parameters.get("RootDeviceName"):
            refuse("InvalidBlockDeviceMapping", f"The root device {mapping['DeviceName']} needs a snapshot")
        if "SnapshotId" not in ebs:
            raise NotImplementedError("RegisterImage with a device that has no snapshot")
        if {"Encrypted", "KmsKeyId"} & set(ebs):
            refuse("InvalidBlockDeviceMapping", "The encryption of a snapshot can't be changed when registering it")
        snapshot = backend.get_snapshot(ebs["SnapshotId"])
        kind, delete = ebs.get("VolumeType", "gp2"), ebs.get("DeleteOnTermination", True)
        devices.append(Device(mapping["DeviceName"], snapshot, kind, delete, ebs.get("Iops"), ebs.get("Throughput")))
    return devices


@command("images/add")
def add(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region, name, volume_gib?, encrypted?, public?, tags?, …}`: an available image of the past.

    Any other key is an attribute of `Image` (architecture, owner_alias, public_ssm_parameter_name, creation_date …).
    """
    backend = ec2_backends[body["account"]][body["region"]]
    fields = {name: value for name, value in body.items() if name not in {"account", "region", "name"}}
    image_id, tags = fields.pop("image_id", None) or random_ami_id(), fields.pop("tags", {})
    volume = Volume(backend, of_images.NO_VOLUME, fields.pop("volume_gib", 8), zone=None)
    if fields.pop("encrypted", False):
        volume.encrypted, volume.kms_key_id = True, of_images.default_key(backend)
    permissions = [{"Group": "all"}] if fields.pop("public", False) else []
    if strange := fields.keys() - Image.__dataclass_fields__.keys():
        raise ValueError(f"an image has no {', '.join(sorted(strange))}")
    times = {name: default_timestamp_parser(fields.pop(name)) for name in ("creation_date",) if name in fields}
    snapshot = of_images.take(backend, image_id, volume, f"Seeded for {image_id}", {})
    snapshot.status = "completed"
    image = Image(
        backend, image_id, body["name"], [], state="available", launch_permissions=permissions, **fields, **times,
    )  # fmt: skip
    image.devices.append(Device(image.root_device_name, snapshot))
    put(image)
    if tags:
        backend.tags[image_id] |= tags
    return {"image_id": image_id, "snapshot_ids": [snapshot.id]}


@patch("moto's images have one made-up volume, doubled names, no snapshot tags and are never pending")
def ami_create() -> None:
    serve(create_image=create, register_image=register)
