"""Snapshots: who sees them, and when they can be deleted."""

from collections.abc import Iterable
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend

from emulator.ec2.api import Parameters, as_tags, refuse, serve, tags_of
from emulator.ec2.lists import filtered, page
from emulator.gateway.patching import patch, replace
from emulator.images.describe import stamp
from emulator.snapshots import recycle_bin

LEAST_PER_PAGE, MOST_PER_PAGE = 5, 1000
FILTERS: Final = {
    "description": lambda snapshot: [snapshot.description or ""],
    "encrypted": lambda snapshot: ["true" if snapshot.encrypted else "false"],
    "owner-id": lambda snapshot: [snapshot.owner_id],
    "progress": lambda snapshot: [_progress(snapshot)],
    "snapshot-id": lambda snapshot: [snapshot.id],
    "start-time": lambda snapshot: [stamp(snapshot.start_time)],
    "status": lambda snapshot: [snapshot.status],
    "storage-tier": lambda snapshot: [snapshot.storage_tier],
    "transfer-type": lambda snapshot: [_transfer(snapshot)],
    "volume-id": lambda snapshot: [snapshot.volume.id],
    "volume-size": lambda snapshot: [str(snapshot.volume.size)],
}


def _progress(snapshot: Any) -> str:
    return "100%" if snapshot.status == "completed" else "0%"


def _transfer(snapshot: Any) -> str:
    return "time-based" if snapshot.__dict__.get("completion_minutes") else "standard"


def _visible(backend: Any) -> Iterable[Any]:
    yield from list(backend.snapshots.values())
    account, region = backend.account_id, backend.region_name
    for other, regions in list(ec2_backends.items()):
        if other != account and region in regions:
            for snapshot in list(regions[region].snapshots.values()):
                shared = account in snapshot.create_volume_permission_userids
                if shared or "all" in snapshot.create_volume_permission_groups:
                    yield snapshot


def describe(backend: Any, parameters: Parameters) -> dict[str, Any]:
    snapshots = list(_visible(backend))
    if ids := parameters.get("SnapshotIds"):
        if parameters.get("MaxResults"):
            refuse("InvalidParameterCombination", "The parameter snapshotSet cannot be used with maxResults")
        snapshots = _by_id(snapshots, ids)
    if parameters.get("RestorableByUserIds"):
        raise NotImplementedError("DescribeSnapshots by RestorableByUserIds")
    if owners := parameters.get("OwnerIds"):
        wanted = {backend.account_id if owner == "self" else owner for owner in owners}
        snapshots = [snapshot for snapshot in snapshots if snapshot.owner_id in wanted]
    snapshots = filtered(snapshots, parameters, FILTERS, lambda each: _tags(each, backend.account_id))
    shown, token = page(snapshots, parameters, lambda each: each.id, least=LEAST_PER_PAGE, most=MOST_PER_PAGE)
    return {"Snapshots": [described(each, backend.account_id) for each in shown], "NextToken": token}


def _by_id(snapshots: list[Any], ids: list[str]) -> list[Any]:
    known = {snapshot.id: snapshot for snapshot in snapshots}
    if missing := [each for each in ids if each not in known]:
        refuse("InvalidSnapshot.NotFound", f"The snapshot '{missing[0]}' does not exist.")
    return [known[each] for each in dict.fromkeys(ids)]


def _tags(snapshot: Any, account: str) -> dict[str, str]:
    return tags_of(snapshot.ec2_backend, snapshot.id) if snapshot.owner_id == account else {}


def described(snapshot: Any, account: str) -> dict[str, Any]:
    extra = snapshot.__dict__
    known = {
        "SnapshotId": snapshot.id, "VolumeId": snapshot.volume.id, "VolumeSize": snapshot.volume.size,
        "State": snapshot.status, "StateMessage": extra.get("state_message"), "StartTime": snapshot.start_time,
        "Progress": _progress(snapshot), "OwnerId": snapshot.owner_id, "Description": snapshot.description or "",
        "Encrypted": snapshot.encrypted, "KmsKeyId": snapshot.kms_key_id if snapshot.encrypted else None,
        "StorageTier": snapshot.storage_tier, "TransferType": _transfer(snapshot),
        "CompletionDurationMinutes": extra.get("completion_minutes"),
        "CompletionTime": extra.get("completion_time") if snapshot.status == "completed" else None,
        "Tags": as_tags(_tags(snapshot, account)) or None,
    }  # fmt: skip
    return {key: value for key, value in known.items() if value is not None}


def delete(backend: Any, parameters: Parameters) -> dict[str, Any]:
    snapshot = backend.snapshots.get(parameters["SnapshotId"])
    if snapshot is None:
        refuse("InvalidSnapshot.NotFound", f"The snapshot '{parameters['SnapshotId']}' does not exist.")
    if users := snapshot.__dict__.get("images"):
        refuse("InvalidSnapshot.InUse", f"The snapshot {snapshot.id} is currently in use by {', '.join(sorted(users))}")
    drop(snapshot)
    return {}


def drop(snapshot: Any) -> None:
    """Into the Recycle Bin if a rule wants it, else for good."""
    backend = snapshot.ec2_backend
    backend.snapshots.pop(snapshot.id, None)
    if not recycle_bin.take_snapshot(snapshot):
        backend.tags.pop(snapshot.id, None)


@patch("moto returns every snapshot in one page, ignores OwnerIds, and scans all tags of the region for each")
def ebs_describe_snapshots() -> None:
    serve(describe_snapshots=describe)


@patch("moto deletes the snapshots of a registered image, and knows no Recycle Bin")
def ebs_delete_snapshot() -> None:
    serve(delete_snapshot=delete)


@patch("moto's snapshot of an encrypted volume has no key")
def ebs_snapshot_key() -> None:
    def make(create: Any) -> Any:
        def create_snapshot(backend: Any, volume_id: str, *arguments: Any, **more: Any) -> Any:
            snapshot = create(backend, volume_id, *arguments, **more)
            snapshot.kms_key_id = snapshot.volume.kms_key_id if snapshot.encrypted else None
            snapshot.completion_time = utcnow()
            return snapshot

        return create_snapshot

    replace(EBSBackend, "create_snapshot", make)
