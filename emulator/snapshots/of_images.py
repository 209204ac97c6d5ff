"""The snapshots behind images, and the KMS keys that encrypt them."""

import contextvars
from typing import Any

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import kms
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.utils import random_snapshot_id

NO_VOLUME = "vol-ffffffff"  # what AWS shows for a snapshot that was copied or has lost its volume


def take(backend: Any, image_id: str, volume: Any, description: str, tags: dict[str, str]) -> Any:
    """A pending snapshot of a volume, made for an image: same size, encryption and key."""
    return _keep(backend, image_id, volume, description, volume.kms_key_id if volume.encrypted else None, tags)


def copy(backend: Any, image_id: str, source: Any, description: str, key: str | None, tags: dict[str, str]) -> Any:  # noqa: PLR0913, PLR0917 - the parts of a copy
    """A pending copy in `backend`'s region; encrypted if `key` is not None."""
    volume = Volume(backend, NO_VOLUME, source.volume.size, zone=None)
    return _keep(backend, image_id, volume, description, key, tags)


def _keep(backend: Any, image_id: str, volume: Any, description: str, key: str | None, tags: dict[str, str]) -> Any:  # noqa: PLR0913, PLR0917 - see above
    snapshot = Snapshot(backend, random_snapshot_id(), volume, description, kms_key_id=key)
    snapshot.made_for = image_id
    snapshot.status = "pending"
    backend.snapshots[snapshot.id] = snapshot
    if tags:
        backend.tags[snapshot.id] |= tags
    return snapshot


def default_key(backend: Any) -> str:
    """ARN of the account's AWS-managed key for EBS in this region, as moto's own volumes use it."""
    return str(backend.default_kms_key_id or backend._create_default_encryption_key())


def usable_key(backend: Any, key: str) -> str | None:
    """ARN of the enabled symmetric key that an id, ARN, alias or alias ARN names in this region, or None."""
    account = backend.account_id
    if key in {"alias/aws/ebs", default_key(backend)}:
        return default_key(backend)
    if key.startswith("arn:"):
        parts = key.split(":")
        if len(parts) != 6 or parts[3] != backend.region_name:  # noqa: PLR2004 - an ARN has six parts
            return None
        account = parts[4]
    record = contextvars.copy_context().run(_resolve, account, backend.region_name, key)
    if not record or record["KeyState"] != "Enabled" or record["KeySpec"] != "SYMMETRIC_DEFAULT":
        return None
    return str(record["Arn"])


def _resolve(account: str, region: str, key: str) -> Any:
    set_request_account_id(account)
    set_request_region(region)
    return kms._resolve_key(key)
