"""What S3 tells EventBridge of a bucket's objects, sent as every service's events are."""

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, s3

from emulator.events.service_events import emit
from emulator.gateway.patching import patch, replace

VERSION: Final[ContextVar[str | None]] = ContextVar("version", default=None)
SOURCE: Final = "aws.s3"


@patch("S3's events lack the object's version, no archive sees them, and the request waits for their targets")
def s3_events() -> None:
    replace(s3, "_fire_s3_event", _noting_version)
    replace(eventbridge, "_dispatch_event", _emitting)


def _noting_version(original: Callable[..., None]) -> Callable[..., None]:
    def fire(bucket: str, key: str, event: str, *arguments: Any, **named: Any) -> None:
        noted = VERSION.set(named.get("version_id") or "")
        try:
            original(bucket, key, event, *arguments, **named)
        finally:
            VERSION.reset(noted)

    return fire


def _emitting(original: Callable[..., Any]) -> Callable[..., Any]:
    """What S3 itself dispatches goes the way of all service events, and comes back without a version noted."""

    def dispatch(event: dict[str, Any], *view: Any) -> Any:
        version = VERSION.get()
        if version is None or event["Source"] != SOURCE:
            return original(event, *view)
        detail = json.loads(event["Detail"])
        detail["object"] |= {"version-id": version} if version else {}
        return emit(get_account_id(), get_region(), SOURCE, event["DetailType"], detail, event["Resources"])

    return dispatch
