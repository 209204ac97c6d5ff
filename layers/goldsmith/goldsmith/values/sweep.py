"""The values of a sweep that travel between its steps: who is due, what was read, what is left, what was done."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.outcome import Failure
from goldsmith.values.retire import AccountRegion, RetireStep


class Due(Model):
    """A version that a step is due for."""

    family: str
    version: str
    aside: bool = Field(default=False, description="It was rejected or failed: a line of its own.")
    step: RetireStep
    since: datetime | None = None


class DueList(Model):
    """All versions that a step is due for; kept in the bucket of sweeps, and named by the event."""

    versions: tuple[Due, ...]
    snapshots: int = Field(0, description="How many were left behind by their images.")
    templates: int = Field(0, description="Of how many launch templates versions would go.")
    unseen: tuple[str, ...] = ()


class Crossed(Model):
    """The detail of `Image Age Threshold Reached`."""

    batch: str = Field(description="The key of the list in the bucket of sweeps.")
    versions: int
    snapshots: int = 0
    templates: int = 0
    unseen: tuple[str, ...] = ()


class InventoryRead(Model):
    """One place that a sweep read, or why it could not.  It is short: all of them travel in one state of 256 KiB."""

    account_region: AccountRegion
    failure: Failure | None = None


class Sweep(Model):
    """The input of a sweep, and the places that it has read."""

    run: str
    batch: str
    places: tuple[InventoryRead, ...]


class Baseline(Model):
    """What the last good sweep saw of each place."""

    counts: dict[str, int] = Field({}, description="By account, region and source.")
    images: dict[str, tuple[str, ...]] = Field(
        {}, description="By account and region, those that no sweep could have deregistered before the next one."
    )


class Course(Model):
    """What is left of a sweep: lists of facts in the bucket of sweeps, and how far EC2's buckets are drawn down."""

    run: str
    chunks: tuple[str, ...] = ()
    paces: dict[str, tuple[float, float]] = Field({}, description="Tokens and the moment, by account, region and call.")
    tally: dict[str, int] = Field({}, description="How many versions came to what.")
    unseen: tuple[str, ...] = ()
    implausible: tuple[str, ...] = ()
    next: Literal["look", "end"] = "end"


class Failed(Model):
    """What could not be done, where, and why; the next sweep tries again."""

    image: ImageRef
    error: str


class Told(Model):
    """The detail of the events on a version."""

    run: str
    family: str
    version: str
    owner: dict[str, str] = Field({})
    step: RetireStep
    images: tuple[dict[str, Any], ...] = Field((), description="What was done, of all of them where nothing was.")
    failures: tuple[Failed, ...] = ()
    left: tuple[str, ...] = Field((), description="Snapshots that EC2 left, each with its reason.")
    on: str = Field("", description="Of an announcement: the day on which it will be deprecated.")
    objections: tuple[str, ...] = ()
    decision: dict[str, Any]


class Retiring(Model):
    """How far a sweep has come, and what was decided on the versions of its first list."""

    course: Course
    decisions: tuple[dict[str, Any], ...]


class SnapshotDeletion(Model):
    """The detail of `Snapshot Deleted` and `Snapshot Kept`."""

    run: str
    family: str
    version: str
    snapshot: str
    account: str
    region: str
    error: str = ""
    decision: dict[str, Any]


class NotDeleted(Model):
    """A version of a launch template that stays, and why; the next sweep looks again."""

    version: int
    error: str


class Pruned(Model):
    """The detail of `Launch Template Pruned` and `Launch Template Kept`."""

    run: str
    family: str
    template: str
    name: str
    account: str
    region: str
    deleted: tuple[int, ...] = Field((), description="Versions.")
    failures: tuple[NotDeleted, ...] = ()
    objections: tuple[str, ...] = ()
    decision: dict[str, Any]
