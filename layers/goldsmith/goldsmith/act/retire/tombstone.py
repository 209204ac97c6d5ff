"""Keep what brings an AMI back, before it is disabled: DisableImage takes its launch permissions for good."""

from datetime import datetime
from typing import Any

from goldsmith.evidence import Evidence, tombstone_of
from goldsmith.gather.image import describe, tags_of
from goldsmith.values.restore import Tombstone
from goldsmith.values.retire import Copy, RetireFacts
from goldsmith.vocabulary import Stage, Tag


def save_tombstone(copy: Copy, facts: RetireFacts, *, ec2: Any, evidence: Evidence, now: datetime) -> None:
    """Once it is disabled its permissions are gone: what was kept before that is not overwritten.

    `copy` is how it was; that it was disabled since then, perhaps by an earlier attempt, EC2 alone says.
    """
    key, found = tombstone_of(facts.family, facts.version, copy.image), describe(copy.image, ec2=ec2)
    if found is None or (_is_disabled(found) and evidence.has(key)):
        return
    snapshots = ec2.describe_snapshots(SnapshotIds=list(copy.snapshots))["Snapshots"] if copy.snapshots else []
    evidence.put(
        key,
        Tombstone(
            copy_=copy.model_copy(update={"state": found["State"]}),
            family=facts.family,
            version=facts.version,
            owner=facts.owner,
            tags=tags_of(found),
            snapshot_tags={each["SnapshotId"]: tags_of(each) for each in snapshots},
            permissions=_permissions(copy.image.image_id, ec2) if found["State"] == "available" else (),
            kept_at=now,
        ),
    )


def _is_disabled(found: dict[str, Any]) -> bool:
    return found["State"] == "disabled" or tags_of(found).get(Tag.STAGE) == Stage.DISABLED


def _permissions(image_id: str, ec2: Any) -> tuple[dict[str, str], ...]:
    answer = ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")
    return tuple(answer["LaunchPermissions"])
