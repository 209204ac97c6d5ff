"""The values of the way back: what is kept of an AMI before it is disabled, what is asked for, what was done."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from goldsmith.model import Model
from goldsmith.values.retire import Copy
from goldsmith.values.sweep import Failed


class Tombstone(Model):
    """All that it takes to bring an AMI back; kept before it is disabled, and for good."""

    copy_: Copy = Field(alias="copy")
    family: str
    version: str
    owner: dict[str, str] = Field({})
    tags: dict[str, str]
    snapshot_tags: dict[str, dict[str, str]]
    permissions: tuple[dict[str, str], ...] = Field(description="Launch permissions as EC2 writes them.")
    kept_at: datetime


class Done(Model):
    """How many AMIs were touched."""

    images: int


class Restored(Model):
    """The detail of `Image Restored` and `Restoration Failed`."""

    family: str
    version: str
    owner: dict[str, str] = Field({})
    by: str
    reason: str = ""
    images: tuple[dict[str, Any], ...] = ()
    failures: tuple[Failed, ...] = ()


class HoldChanged(Model):
    """The detail of `Image Held`: until when and why; `hold` is empty when it was taken away."""

    family: str
    version: str
    by: str
    hold: str = ""
    images: tuple[dict[str, Any], ...] = ()
    failures: tuple[Failed, ...] = ()


class VersionRequest(Model):
    """The detail of `Restoration Requested` and `Hold Requested`."""

    family: str
    version: str
    by: str
    reason: str = ""
    until: date | None = None
    hold: bool = Field(default=True, description="False: the hold is taken away.")
