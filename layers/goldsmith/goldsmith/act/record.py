"""Keep what happened: every event in the ledger, every decision in the evidence."""

import json
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.ledger import Ledger
from goldsmith.links import decision_key, subject_of
from goldsmith.model import Event, ImageRef, Recorded


def record(event: Event, *, ledger: Ledger, s3: Any, bucket: str) -> Recorded:
    """Both writes are named after what they hold, so that an event heard twice is kept once."""
    subject, key = subject_of(event.detail), decision_key(event)
    if key:
        _keep_decision(event, key, s3=s3, bucket=bucket)
    place = subject.place if subject else str(event.detail["run"])
    images = [ImageRef(**{name: each[name] for name in ("imageId", "account", "region")}) for each in _images(event)]
    for each in dict.fromkeys([place, *(image.place for image in images)]):
        ledger.write_history(each, event)
    return Recorded(subject=place, evidence=key)


def _images(event: Event) -> list[dict[str, Any]]:
    """The AMIs that an event about a family names; the reaper gives no more than their ids."""
    return [each for each in event.detail.get("images") or [] if isinstance(each, dict)]


def _keep_decision(event: Event, key: str, *, s3: Any, bucket: str) -> None:
    body = json.dumps({"event": event.detail_type, "time": event.time.isoformat(), **event.detail}).encode()
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise
