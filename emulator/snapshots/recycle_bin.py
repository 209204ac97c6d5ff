"""The Recycle Bin: what is in it, until when, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow

from emulator.ec2.api import Parameters, refuse, serve, tags_of
from emulator.ec2.lists import page
from emulator.gateway.patching import patch
from emulator.images.ami import LOCK, Image, put
from emulator.snapshots.rbin_rules import Rule, rules_of

MOST_IDS: Final = 20
IMAGE, SNAPSHOT = "EC2_IMAGE", "EBS_SNAPSHOT"


@dataclass
class Entry:
    thing: Any
    entered: datetime
    exits: datetime


def contents(backend: Any, kind: str) -> dict[str, Entry]:
    """What is in the bin, by id; what is past its time is deleted for good."""
    entries: dict[str, Entry] = backend.__dict__.setdefault(f"recycle_bin_{kind}", {})
    with LOCK:
        for gone in [name for name, entry in entries.items() if entry.exits <= utcnow()]:
            thing = entries.pop(gone).thing
            backend.tags.pop(gone, None)
            for device in thing.devices if kind == IMAGE else ():
                device.snapshot.images.discard(thing.id)
    return entries


def rule_for(backend: Any, kind: str, resource: str) -> Rule | None:
    """The rule that retains a resource: one for its tags before one for the region, the longest of several."""
    tags = tags_of(backend, resource)
    rules = [rule for rule in rules_of(backend.account_id, backend.region_name) if rule.retains(kind, tags)]
    return max(rules, key=lambda rule: (bool(rule.resource_tags), rule.days), default=None)


def _take(backend: Any, kind: str, thing: Any) -> bool:
    rule = rule_for(backend, kind, thing.id)
    if rule:
        contents(backend, kind)[thing.id] = Entry(thing, utcnow(), utcnow() + timedelta(days=rule.days))
    return rule is not None


def take_image(image: Image) -> bool:
    """Whether a rule kept the image; its snapshots then stay in use."""
    return _take(image.ec2_backend, IMAGE, image)


def take_snapshot(snapshot: Any) -> bool:
    return _take(snapshot.ec2_backend, SNAPSHOT, snapshot)


def holds(image: Image) -> bool:
    return image.id in contents(image.ec2_backend, IMAGE)


def _listed(
    backend: Any, parameters: Parameters, kind: str, ids: str, more: Callable[[Any], dict[str, Any]]
) -> tuple[list[dict[str, Any]], str | None]:
    wanted = parameters.get(ids) or []
    if len(wanted) > MOST_IDS:
        refuse("InvalidParameterValue", f"At most {MOST_IDS} ids can be given")
    entries = contents(backend, kind)
    chosen = [entry for name, entry in list(entries.items()) if not wanted or name in wanted]
    shown, token = page(chosen, parameters, lambda entry: str(entry.thing.id))
    times = [{"RecycleBinEnterTime": entry.entered, "RecycleBinExitTime": entry.exits} for entry in shown]
    return [more(entry.thing) | each for entry, each in zip(shown, times, strict=True)], token


def list_images(backend: Any, parameters: Parameters) -> dict[str, Any]:
    found, token = _listed(
        backend, parameters, IMAGE, "ImageIds",
        lambda image: {"ImageId": image.id, "Name": image.name, "Description": image.description},
    )  # fmt: skip
    return {"Images": found, "NextToken": token}


def list_snapshots(backend: Any, parameters: Parameters) -> dict[str, Any]:
    found, token = _listed(
        backend, parameters, SNAPSHOT, "SnapshotIds",
        lambda each: {"SnapshotId": each.id, "VolumeId": each.volume.id, "Description": each.description or ""},
    )  # fmt: skip
    return {"Snapshots": found, "NextToken": token}


def restore_image(backend: Any, parameters: Parameters) -> dict[str, Any]:
    """Back in the state it had; its name must still be free and its snapshots must be there."""
    image_id, entries = parameters["ImageId"], contents(backend, IMAGE)
    if image_id not in entries:
        refuse("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist in the Recycle Bin")
    image = entries[image_id].thing
    for device in image.devices:
        if device.snapshot.id not in backend.snapshots:
            refuse("InvalidSnapshot.NotFound", f"Restore the snapshot '{device.snapshot.id}' first")
    put(image)
    backend.deleted_amis.remove(image_id)
    del entries[image_id]
    return {"Return": True}


def restore_snapshot(backend: Any, parameters: Parameters) -> dict[str, Any]:
    snapshot_id, entries = parameters["SnapshotId"], contents(backend, SNAPSHOT)
    if snapshot_id not in entries:
        refuse("InvalidSnapshot.NotFound", f"The snapshot '{snapshot_id}' does not exist in the Recycle Bin")
    snapshot = entries.pop(snapshot_id).thing
    backend.snapshots[snapshot_id] = snapshot
    return {
        "SnapshotId": snapshot.id, "VolumeId": snapshot.volume.id, "VolumeSize": snapshot.volume.size,
        "Description": snapshot.description or "", "Encrypted": snapshot.encrypted, "OwnerId": snapshot.owner_id,
        "Progress": "100%", "StartTime": snapshot.start_time, "State": snapshot.status,
    }  # fmt: skip


@patch("moto has no Recycle Bin")
def ec2_recycle_bin() -> None:
    serve(
        list_images_in_recycle_bin=list_images,
        restore_image_from_recycle_bin=restore_image,
        list_snapshots_in_recycle_bin=list_snapshots,
        restore_snapshot_from_recycle_bin=restore_snapshot,
    )
