"""Let Inspector scan an AMI: once for a run, and never beside a scan that is under way."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.values.scan import Scanning, ToScan


def scan(asked: ToScan, *, inspector: Any) -> Scanning:
    """The scan of this run, or the one that an earlier run has left under way.

    NeedsAPerson if Inspector does not take the AMI: it must be available, EBS-backed and this account's own.
    """
    image_id = asked.image.image_id
    token = hashlib.sha256(f"{asked.run} {image_id}".encode()).hexdigest()
    try:
        started = inspector.start_on_demand_scan(resourceId=image_id, resourceType="AMI", clientToken=token)
    except ClientError as error:
        if code_of(error) == "ConflictException":
            return _under_way(image_id, error, inspector=inspector)
        if code_of(error) == "ValidationException":
            raise NeedsAPerson(f"Inspector cannot scan {image_id}: {error}") from error
        raise
    return Scanning(scan_id=started["scanId"])


def _under_way(image_id: str, error: ClientError, *, inspector: Any) -> Scanning:
    listed = inspector.list_on_demand_scans(resourceId=image_id, resourceType="AMI")["items"]
    running = [each["scanId"] for each in listed if each["scanStatus"] == "IN_PROGRESS"]
    if not running:
        raise TryAgain(f"another scan of {image_id} has just ended: {error}") from error
    return Scanning(scan_id=running[0])
