"""How an image ends being pending: after a moment, or when a test says so; and the event that tells of it."""

import os
import threading
import uuid
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends

from emulator.events.service_events import emit
from emulator.gateway.control import command
from emulator.gateway.settling import counted, counting
from emulator.images.ami import LOCK, Image

PENDING_SECONDS: Final = float(os.environ.get("GOLDSMITH_LOCAL_PENDING_SECONDS", "0.2"))
HELD: Final[set[str]] = set()  # accounts whose images stay pending until they are released
TAKES: Final[dict[str, float]] = {}  # accounts whose images are pending for so many seconds


def announce(image: Image, state: str, message: str = "") -> None:
    """Send `EC2 AMI State Change`; AWS has no such event for `pending`."""
    detail = {"RequestId": str(uuid.uuid4()), "ImageId": image.id, "State": state, "ErrorMessage": message}
    arn = f"arn:aws:ec2:{image.region}::image/{image.id}"
    emit(image.owner_id, image.region, "aws.ec2", "EC2 AMI State Change", detail, [arn])


def begin(image: Image) -> None:
    """Start the time in which an image that was just put is pending."""
    _mark(image, "pending")
    if image.owner_id not in HELD:
        timer = threading.Timer(TAKES.get(image.owner_id, PENDING_SECONDS), settle, [image])
        timer.daemon = True
        with counting(
            on=counted() and image.owner_id not in TAKES
        ):  # nobody waits for what somebody wants to take long
            timer.start()


def settle(image: Image, failure: dict[str, str] | None = None, *, anyhow: bool = False) -> bool:
    """Make a pending image available, or failed if it has a reason to; False if it is pending no more."""
    reason = failure if anyhow else failure or image.outcome
    with LOCK:
        if image.state != "pending":
            return False
        image.state, image.state_reason = ("failed", reason) if reason else ("available", None)
    _mark(image, "error" if reason else "completed")
    registered = image.ec2_backend.amis.get(image.id) is image
    if registered:  # the snapshots of an image that was deregistered meanwhile are finished all the same
        announce(image, image.state, reason["Message"] if reason else "")
    return registered


def _mark(image: Image, status: str) -> None:
    """Give the snapshots that were made for the image, not those it was registered from, this status."""
    for device in image.devices:
        snapshot = device.snapshot
        if snapshot.__dict__.get("made_for") == image.id:
            snapshot.status = status
            snapshot.completion_time = utcnow() if status == "completed" else None
            snapshot.state_message = (image.state_reason or {}).get("Message")


@command("images/hold")
def hold(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, on?, seconds?}`: from now on the account's images stay pending, for good or for so many seconds.

    `on: false` ends that and settles them.
    """
    account = _account(body)
    if "seconds" in body:
        TAKES[account] = float(body["seconds"])
        return {"held": False, "settled": []}
    if body.get("on", True):
        HELD.add(account)
        return {"held": True, "settled": []}
    HELD.discard(account)
    return {"held": False, "settled": [image.id for image in _pending(account) if settle(image)]}


@command("images/release")
def release(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, image_id?, outcome?: available|failed, message?}`: settle pending images, all or one.

    Without `outcome` each ends as it would have by itself (a copy with a bad key fails).
    """
    outcome = body.get("outcome")
    if outcome not in {None, "available", "failed"}:
        raise ValueError(f"outcome is available or failed, not {outcome!r}")
    failure = {"Code": "Client.InternalError", "Message": body.get("message", "Client error on AMI creation")}
    images = _pending(_account(body), body.get("region"), body.get("image_id"))
    if body.get("image_id") and not images:
        raise ValueError(f"no pending image {body['image_id']}")
    reason = failure if outcome == "failed" else None
    return {"settled": [image.id for image in images if settle(image, reason, anyhow=outcome is not None)]}


def _account(body: dict[str, Any]) -> str:
    if not (isinstance(body.get("account"), str) and body["account"].isdigit()):
        raise ValueError("account: 12 digits")
    return str(body["account"])


def _pending(account: str, region: str | None = None, image_id: str | None = None) -> list[Image]:
    regions = ec2_backends.get(account, {})
    return [
        image
        for name, backend in list(regions.items())
        for image in list(backend.amis.values())
        if image.state == "pending" and region in {None, name} and image_id in {None, image.id}
    ]
