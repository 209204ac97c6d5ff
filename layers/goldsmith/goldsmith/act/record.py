"""Keep what happened: every event in the ledger, every decision and every birth in the evidence."""

import json
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.evidence import birth_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event, ImageRef, Recorded
from goldsmith.values.links import decision_key, subject_of
from goldsmith.vocabulary import EventType

BORN: Final = {EventType.IMAGE_BUILT, EventType.IMAGE_ADOPTED, EventType.IMAGE_DISTRIBUTED}  # an AMI came to be ours


def record(event: Event, *, ledger: Ledger, s3: Any, bucket: str) -> Recorded:
    """Both writes are named after what they hold, so that an event heard twice is kept once."""
    subject, key = subject_of(event.detail), decision_key(event)
    if key:
        _keep(key, _told(event), s3=s3, bucket=bucket)
    place = subject.place if subject else str(event.detail.get("run") or event.detail["batch"])
    images = [ImageRef(**{name: each[name] for name in ("imageId", "account", "region")}) for each in _images(event)]
    for each in dict.fromkeys([place, *(image.place for image in images)]):
        ledger.write_history(each, event)
    if event.detail_type in BORN:
        for image in [subject] if isinstance(subject, ImageRef) else images:
            _keep(birth_of(image), _told(event), s3=s3, bucket=bucket)
    return Recorded(subject=place, evidence=key)


def _images(event: Event) -> list[dict[str, Any]]:
    """The AMIs that an event about a family names; the reaper gives no more than their ids."""
    return [each for each in event.detail.get("images") or [] if isinstance(each, dict)]


def _told(event: Event) -> dict[str, Any]:
    return {"event": event.detail_type, "time": event.time.isoformat(), **event.detail}


def _keep(key: str, told: dict[str, Any], *, s3: Any, bucket: str) -> None:
    """What was kept there first stays."""
    body = json.dumps(told).encode()
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise
