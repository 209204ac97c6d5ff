"""On-demand AMI scans: started by anyone who owns the image, finished by themselves, or held until released."""

import re
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from emulator.gateway.control import command
from emulator.gateway.patching import patch
from emulator.inspector import images
from emulator.inspector.events import iso, tell_complete, tell_findings
from emulator.inspector.findings import record
from emulator.inspector.operations import ROUTES, InspectorError, denied, invalid, not_found
from emulator.inspector.script import LOCK, Where, account_of, checked_reason, script_for

A_MOMENT: Final = 0.1  # seconds a scan takes that nobody holds; on AWS it is minutes to hours
IMAGE_ID: Final = re.compile(r"ami-([a-z0-9]{8}|[a-z0-9]{17})")


@dataclass
class Scan:
    id: str
    account: str
    region: str
    image_id: str
    image_name: str
    token: str | None
    started: datetime
    status: str = "IN_PROGRESS"
    reason: str | None = None
    completed: datetime | None = None

    def told(self) -> dict[str, Any]:
        answer = {
            "scanId": self.id,
            "resourceId": self.image_id,
            "resourceType": "AMI",
            "scanStatus": self.status,
            "startedAt": iso(self.started),
        }
        if self.completed:
            answer["completedAt"] = iso(self.completed)
        return answer | ({"scanStatusReason": self.reason} if self.reason else {})


SCANS: Final[list[Scan]] = []
HELD: Final[list[Where]] = []


def start(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    image_id = _resource(asked)
    with LOCK:
        image = _scannable(account, region, image_id)
        mine = [each for each in SCANS if (each.account, each.region) == (account, region)]
        token = asked.get("clientToken")
        if token and (again := next((each for each in mine if each.token == token), None)):
            if again.image_id != image_id:
                raise _conflict(image_id, "the clientToken was used for another resource")
            return {"scanId": again.id}
        if any(each.image_id == image_id and each.status == "IN_PROGRESS" for each in mine):
            raise _conflict(image_id, f"An on-demand scan of {image_id} is already in progress")
        scan = Scan(uuid.uuid4().hex, account, region, image_id, image["Name"], token, datetime.now(UTC))
        SCANS.append(scan)
        if not any(each.matches(account, region, image_id, image["Name"]) for each in HELD):
            threading.Timer(A_MOMENT, _finish, (scan,)).start()
    return {"scanId": scan.id}


def _conflict(image_id: str, message: str) -> InspectorError:
    return InspectorError("ConflictException", 409, message, resourceId=image_id, resourceType="AMI")


def _resource(asked: dict[str, Any]) -> str:
    if asked.get("resourceType") != "AMI":
        raise invalid("resourceType must be AMI", "resourceType")
    if not IMAGE_ID.fullmatch(asked.get("resourceId") or ""):
        raise invalid(f"resourceId {asked.get('resourceId')!r} is not the id of an AMI", "resourceId")
    return str(asked["resourceId"])


def _scannable(account: str, region: str, image_id: str) -> dict[str, Any]:
    """The model lists no ResourceNotFoundException for StartOnDemandScan, so an unknown image is invalid input."""
    image = images.described(account, region, image_id)
    if image is None:
        raise invalid(f"The image {image_id} does not exist", "resourceId")
    if image["OwnerId"] != account:
        raise denied(f"The image {image_id} belongs to another account: only its owner can scan it")
    if image["State"] != "available":
        raise invalid(f"The image {image_id} is {image['State']}, not available", "resourceId")
    if not images.snapshot_ids(image):
        raise invalid(f"The image {image_id} is not backed by EBS", "resourceId")
    return image


def _finish(scan: Scan, outcome: str = "SUCCESSFUL", reason: str | None = None) -> None:
    """End one scan as `outcome`, unless its image is gone or a script lets it fail; then tell everybody."""
    with LOCK:
        if scan.status != "IN_PROGRESS":
            return
        script = script_for(scan.account, scan.region, scan.image_id, scan.image_name)
        gone = images.described(scan.account, scan.region, scan.image_id) is None
        reason = "RESOURCE_TERMINATED" if gone else reason or script.fails
        scan.status = "FAILED" if reason else outcome
        scan.reason, scan.completed = reason, datetime.now(UTC)
        success = scan.status == "SUCCESSFUL"
        result = record(scan.region, scan.image_id, script.findings, scan.completed) if success else None
    if result:
        tell_findings(scan, result)
    tell_complete(scan, result)


def status(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    image_id = _resource(asked)
    for each in _of(account, region, image_id):
        if each.id == asked.get("scanId"):
            return each.told()
    raise not_found(f"No on-demand scan {asked.get('scanId')} of {image_id}")


def listed(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Newest first, `maxResults` (1 to 100) a page."""
    size, token = asked.get("maxResults", 100), asked.get("nextToken", "0")
    if not isinstance(size, int) or not 1 <= size <= 100:  # noqa: PLR2004 - the range of the model
        raise invalid("maxResults must be from 1 to 100", "maxResults")
    if not token.isdigit():
        raise invalid("nextToken is none of ours", "nextToken")
    scans, first = _of(account, region, _resource(asked)), int(token)
    more = {"nextToken": str(first + size)} if first + size < len(scans) else {}
    return {"items": [each.told() for each in scans[first : first + size]]} | more


def _of(account: str, region: str, image_id: str) -> list[Scan]:
    with LOCK:
        wanted = (account, region, image_id)
        return [each for each in reversed(SCANS) if (each.account, each.region, each.image_id) == wanted]


def _where(body: dict[str, Any]) -> Where:
    return Where(account_of(body), body.get("region"), body.get("resource_id"))


@command("scans/hold")
def hold(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, resource_id?}`: scans started from now on stay IN_PROGRESS until released."""
    with LOCK:
        HELD.append(_where(body))
        return {"held": len(HELD)}


@command("scans/release")
def release(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, resource_id?, outcome?, reason?}`: end the hold, and the scans that it holds."""
    where, outcome, reason = _where(body), body.get("outcome", "SUCCESSFUL"), checked_reason(body.get("reason"))
    if outcome not in {"SUCCESSFUL", "FAILED"} or (outcome == "SUCCESSFUL" and reason):
        raise ValueError(f"outcome {outcome!r} with reason {reason!r}: SUCCESSFUL, or FAILED with a reason")
    with LOCK:
        lifted = [each for each in HELD if each.account == where.account and where.image_id in {None, each.image_id}]
        HELD[:] = [each for each in HELD if each not in lifted]
        running = [each for each in SCANS if each.status == "IN_PROGRESS"]
        scans = [each for each in running if where.matches(each.account, each.region, each.image_id, each.image_name)]
    if not lifted and not scans:
        raise ValueError("nothing is held there")
    for scan in scans:
        _finish(scan, outcome, reason or ("INTERNAL_ERROR" if outcome == "FAILED" else None))
    return {"released": [each.id for each in scans]}


@patch("ministack does not know on-demand scans")
def on_demand_scans() -> None:
    ROUTES["/ondemand/scan"] = (202, start)
    ROUTES["/ondemand/scan/status"] = (200, status)
    ROUTES["/ondemand/scans"] = (200, listed)
