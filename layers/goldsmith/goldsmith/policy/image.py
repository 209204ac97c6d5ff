"""What the audit and a retirement ask of an image in the same words."""

from datetime import datetime, timedelta
from typing import Final

from goldsmith.values.retire import Copy
from goldsmith.values.usage import AuditedImage

NEVER_LIVED: Final = frozenset({"failed", "error", "invalid"})  # in EC2's words: nothing was ever launched from it
SETTLED: Final = frozenset({"available", "disabled"}) | NEVER_LIVED


def is_too_young(since: datetime | None, least: timedelta, now: datetime) -> bool:
    """What does not say since when is as young as can be."""
    return since is None or now - since < least


def is_launched_lately(image: Copy | AuditedImage, least: timedelta, now: datetime) -> bool:
    return image.launched is not None and now - image.launched < least


def is_among_newest(newer: int, keep: int) -> bool:
    """Whether fewer are newer than are kept."""
    return newer < keep


def is_settled(image: Copy | AuditedImage) -> bool:
    return image.state in SETTLED


def is_protected(image: Copy | AuditedImage) -> bool:
    """Any value but off: during the cooldown EC2 says when it began, and a person's protection is a person's word."""
    return image.protection not in {"", "disabled"}
