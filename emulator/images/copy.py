"""CopyImage, called in the destination region."""

from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_ami_id

from emulator.ec2.api import Parameters, refuse, serve, tags_to_set
from emulator.gateway.patching import patch
from emulator.images.ami import LOCK, SHARED_TAG, Device, Image, find, put
from emulator.images.create import LINEAGE, check_name
from emulator.images.states import begin
from emulator.snapshots import of_images
from emulator.snapshots.keys import may_use

MOST_COPIES: Final = 20  # snapshot copies under way, per destination region
LONGEST_TOKEN: Final = 128
SHORTEST_MINUTES, LONGEST_MINUTES, STEP_MINUTES = 15, 48 * 60, 15
BAD_KEY: Final = {
    "Code": "Client.InvalidKmsKey.Unusable",
    "Message": "Given key ID is not accessible",
}


def copy(backend: Any, parameters: Parameters) -> dict[str, Any]:
    asked = {key: value for key, value in parameters.items() if key not in {"ClientToken", "DryRun"}}
    token = parameters.get("ClientToken")
    if len(token or "") > LONGEST_TOKEN:
        refuse("InvalidParameterValue", f"A client token has at most {LONGEST_TOKEN} characters")
    with LOCK:
        tokens = backend.__dict__.setdefault("copy_tokens", {})
        if token in tokens:
            first, image_id = tokens[token]
            if first != asked:
                refuse("IdempotentParameterMismatch", "The client token was used with other parameters")
            return {"ImageId": image_id}
        image = _copied(backend, parameters)
        if token:
            tokens[token] = (asked, image.id)
    begin(image)
    return {"ImageId": image.id}


def _copied(backend: Any, parameters: Parameters) -> Image:
    check_name(parameters)
    _check_duration(parameters)
    _check_destination(parameters)
    tags = tags_to_set(parameters, ("image", "snapshot"))
    source = _source(backend, parameters)
    _check_quota(backend, len(source.devices))
    image = Image(
        backend, random_ami_id(), parameters["Name"], [], parameters.get("Description") or source.description,
        copied=True, source_image_id=source.id, source_image_region=source.region,
        first_owner=source.first_owner or source.owner_id,
        root_device_name=source.root_device_name, imds_support=source.imds_support, watermarks=[*source.watermarks],
    )  # fmt: skip
    for name in LINEAGE:
        setattr(image, name, getattr(source, name))
    put(image)
    _copy_devices(image, source, parameters, tags["snapshot"])
    wanted = (_copied_tags(backend, source) if parameters.get("CopyImageTags") else {}) | tags["image"]
    if wanted:
        backend.tags[image.id] |= wanted
    return image


def _source(backend: Any, parameters: Parameters) -> Image:
    region = parameters["SourceRegion"]
    regions = ec2_backends[backend.account_id]
    if region not in regions.regions:
        refuse("InvalidParameterValue", f"Invalid source region: {region}")
    source = find(regions[region], parameters["SourceImageId"])
    if source.state != "available":
        refuse("InvalidAMIID.Unavailable", f"The image ID '{source.id}' is {source.state} and can't be copied")
    return source


def _copy_devices(image: Image, source: Image, parameters: Parameters, tags: dict[str, str]) -> None:
    backend, image.instance_store = image.ec2_backend, dict(source.instance_store)
    text = f"Copied for DestinationAmi {image.id} from SourceAmi {source.id} for SourceSnapshot {{}}. Task created on "
    for device in source.devices:
        key = _key(image, device.snapshot, parameters)
        description = text.format(device.snapshot.id) + f"{image.creation_date:%Y-%m-%dT%H:%M:%SZ}."
        snapshot = of_images.copy(backend, image.id, device.snapshot, description, key, tags)
        snapshot.images = {image.id}
        snapshot.completion_minutes = parameters.get("SnapshotCopyCompletionDurationMinutes")
        rest = (device.volume_type, device.delete_on_termination, device.iops, device.throughput)
        image.devices.append(Device(device.name, snapshot, *rest))


def _key(image: Image, source: Any, parameters: Parameters) -> str | None:
    """The key of the copy: an encrypted source stays encrypted.  A bad key is found out only while copying."""
    wanted = parameters.get("KmsKeyId")
    if not (parameters.get("Encrypted") or source.encrypted):
        return None
    if not wanted:
        return of_images.default_key(image.ec2_backend)
    key = of_images.usable_key(image.ec2_backend, wanted)
    if key is None or not may_use(image.ec2_backend, key):
        image.outcome = BAD_KEY
    return key or wanted


def _copied_tags(backend: Any, source: Image) -> dict[str, str]:
    """A copy of one's own image gets its user tags, of another's only those that are shared."""
    mine = source.owner_id == backend.account_id
    return {
        key: value
        for key, value in source.tags.items()
        if (mine and not key.startswith("aws:")) or key.startswith(SHARED_TAG)
    }


def _check_quota(backend: Any, wanted: int) -> None:
    pending = [image for image in list(backend.amis.values()) if image.copied and image.state == "pending"]
    if sum(len(image.devices) for image in pending) + wanted > MOST_COPIES:
        refuse(
            "ResourceLimitExceeded",
            f"Too many snapshot copies in progress. The limit is {MOST_COPIES} in this destination region.",
        )


def _check_duration(parameters: Parameters) -> None:
    minutes = parameters.get("SnapshotCopyCompletionDurationMinutes")
    if minutes is None:
        return
    if not SHORTEST_MINUTES <= int(minutes) <= LONGEST_MINUTES or int(minutes) % STEP_MINUTES:
        refuse(
            "InvalidParameterValue",
            f"The completion duration must be {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes in steps of 15",
        )


def _check_destination(parameters: Parameters) -> None:
    if parameters.get("KmsKeyId") and not parameters.get("Encrypted"):
        refuse("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set.")
    for name in ("DestinationOutpostArn", "DestinationAvailabilityZone", "DestinationAvailabilityZoneId"):
        if parameters.get(name):
            raise NotImplementedError(f"CopyImage with {name}")


@patch("moto's CopyImage ignores encryption, keys, tags, tokens and other owners")
def ami_copy() -> None:
    serve(copy_image=copy)
