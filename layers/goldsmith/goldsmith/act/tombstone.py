"""Keep what brings an AMI back, before it is disabled: DisableImage takes its launch permissions for good."""

from datetime import datetime
from typing import Any

from goldsmith.evidence import Evidence, tombstone_of
from goldsmith.gather.image import tags_of
from goldsmith.retirement import Copy, RetireFacts
from goldsmith.way_back import Tombstone


def bury(copy: Copy, facts: RetireFacts, *, ec2: Any, evidence: Evidence, now: datetime) -> None:
    """Once it is disabled its permissions are gone: what was kept before that is not overwritten."""
    key = tombstone_of(facts.family, facts.version, copy.image)
    if copy.state == "disabled" and evidence.has(key):
        return
    image_id = copy.image.image_id
    (found,) = ec2.describe_images(ImageIds=[image_id], IncludeDeprecated=True, IncludeDisabled=True)["Images"]
    snapshots = ec2.describe_snapshots(SnapshotIds=list(copy.snapshots))["Snapshots"] if copy.snapshots else []
    evidence.put(
        key,
        Tombstone(
            copy_=copy,
            family=facts.family,
            version=facts.version,
            owner=facts.owner,
            tags=tags_of(found),
            snapshot_tags={each["SnapshotId"]: tags_of(each) for each in snapshots},
            permissions=_permissions(image_id, ec2) if copy.state == "available" else (),
            kept_at=now,
        ),
    )


def _permissions(image_id: str, ec2: Any) -> tuple[dict[str, str], ...]:
    answer = ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")
    return tuple(answer["LaunchPermissions"])
