"""Keep what happened: every event in the ledger, every decision in the evidence."""

import json
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.ledger import Ledger
from goldsmith.model import Event, ImageRef, Recorded
from goldsmith.run import verb_of


def record(event: Event, *, ledger: Ledger, s3: Any, bucket: str) -> Recorded:
    """Both writes are named after what they hold, so that an event heard twice is kept once."""
    detail = event.detail
    image = ImageRef.model_validate(detail["image"]) if detail.get("image") else None
    key = _keep_decision(event, image, s3=s3, bucket=bucket) if image and "decision" in detail else None
    subject = image.place if image else str(detail["run"])
    ledger.write_history(subject, event)
    return Recorded(subject=subject, evidence=key)


def _keep_decision(event: Event, image: ImageRef, *, s3: Any, bucket: str) -> str:
    run = event.detail["run"]
    key = f"decisions/{verb_of(run)}/{image.account}/{image.region}/{image.image_id}/{run}.json"
    body = json.dumps({"event": event.detail_type, "time": event.time.isoformat(), **event.detail}).encode()
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise
    return key
