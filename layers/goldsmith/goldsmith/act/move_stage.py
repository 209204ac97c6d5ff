"""Take an image along `lifecycle.py`'s table: one CreateTags for an AMI and its snapshots."""

from datetime import datetime
from typing import Any

from goldsmith.errors import TryAgain
from goldsmith.gather.image import describe, snapshots_of, tags_of
from goldsmith.lifecycle import Deed, leads, moved
from goldsmith.model import ImageRef
from goldsmith.vocabulary import Tag


def move_stage(image: ImageRef, deed: Deed, *, ec2: Any, now: datetime) -> None:
    """NeedsAPerson if the deed leads nowhere from its stage; TryAgain while EC2 does not show it."""
    tag(_shown(image, ec2=ec2), deed, ec2=ec2, now=now)


def advance(image: ImageRef, deed: Deed, *, ec2: Any, now: datetime) -> None:
    """The same, but an image from whose stage the deed leads nowhere stays: it is further than that already."""
    found = _shown(image, ec2=ec2)
    if leads(deed, tags_of(found).get(Tag.STAGE)):
        tag(found, deed, ec2=ec2, now=now)


def tag(found: dict[str, Any], deed: Deed, *, ec2: Any, now: datetime) -> None:
    """The same, of an AMI as EC2 describes it."""
    tags = moved(deed, tags_of(found).get(Tag.STAGE), now)
    written = [{"Key": key.value, "Value": value} for key, value in tags.items()]
    ec2.create_tags(Resources=[found["ImageId"], *snapshots_of(found)], Tags=written)


def _shown(image: ImageRef, *, ec2: Any) -> dict[str, Any]:
    found = describe(image, ec2=ec2)
    if found is None:
        raise TryAgain(f"EC2 does not show {image.image_id} in {image.region}")
    return found
