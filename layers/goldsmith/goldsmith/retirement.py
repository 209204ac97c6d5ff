"""The values of retirement that travel between its steps: versions, what is known of them, and what was done."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.outcome import Failure
from goldsmith.usage import Use
from goldsmith.vocabulary import Stage, Verb

MOST_USES: Final = 10  # of one version that travel; all are in the inventory of their place


class Step(StrEnum):
    """What a sweep can do to a version: at most one of these."""

    SUPERSEDE = "supersede"
    PROLONG = "prolong"
    ANNOUNCE = "announce"
    DEPRECATE = "deprecate"
    DISABLE = "disable"
    DEREGISTER = "deregister"


class Spot(Model):
    """An account in one region."""

    account: str
    region: str


class Report(Model):
    """EC2's report on who in other accounts uses an image."""

    report_id: str
    state: str = Field(description="pending, available or error, in EC2's words.")
    created: datetime
    users: tuple[str, ...] = Field((), description="Accounts that use it.")


class Copy(Model):
    """One AMI of a version, as its owner sees it."""

    image: ImageRef
    name: str
    architecture: str
    state: str = Field(description="EC2's word.")
    stage: str
    since: datetime | None = None
    was: str = Field("", description="The stage before.")
    launched: datetime | None = None
    deprecated_at: datetime | None = None
    public: bool = False
    protection: str = Field("", description="Deregistration protection in EC2's words.")
    hold: str = ""
    snooze: str = ""
    ours: bool = Field(default=False, description="It carries its own id, and its birth is in the evidence.")
    snapshots: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    recycled: tuple[int, int] | None = Field(
        None, description="Days that the Recycle Bin keeps such an image and its snapshots; None: not both."
    )


class RetireFacts(Model):
    """All that is known about one version when its next step is judged."""

    verb: Literal[Verb.RETIRE] = Verb.RETIRE
    step: Step
    family: str
    version: str
    owner: dict[str, str] = Field({})
    stage: Stage
    since: datetime | None = Field(None, description="Since when it is in that stage; None: its tags do not say.")
    grace: int = Field(0, description="Days that it must have been in that stage.")
    announced: datetime | None = None
    notice: int = Field(0, description="Days that it must have been announced.")
    copies: tuple[Copy, ...] = Field((), description="In every account and region, those of other stages too.")
    channels: tuple[str, ...] = Field((), description="Parameters of channels that point to it.")
    used_by: tuple[Use, ...] = ()
    unseen: tuple[str, ...] = ()
    newer: int = Field(0, description="How many versions of its family that are good are newer.")
    keep: int = Field(1, description="How many of the newest its recipe keeps.")
    last_good: bool = False
    replaced: bool = Field(default=False, description="A newer version is released.")
    told: bool = Field(default=False, description="A confirmed subscription hears what is said to its owner.")
    at_work: bool = Field(default=True, description="It is within the hours that its recipe names.")
    implausible: tuple[str, ...] = Field((), description="What shrank too much since the last good sweep.")
    over_cap: bool = Field(default=False, description="Others came first: as many as one sweep may touch.")

    @property
    def concerned(self) -> tuple[Copy, ...]:
        """The copies that the step is for: those that did not come further already."""
        return tuple(copy for copy in self.copies if copy.stage == self.stage)


class Batch(Model):
    """The facts of several versions, judged one by one."""

    batch: tuple[RetireFacts, ...]


class Due(Model):
    """A version that a step is due for."""

    family: str
    version: str
    aside: bool = Field(default=False, description="It was rejected or failed: a line of its own.")
    step: Step
    since: datetime | None = None


class DueList(Model):
    """All versions that a step is due for; kept in the evidence, and named by the event."""

    versions: tuple[Due, ...]
    unseen: tuple[str, ...] = ()


class Crossed(Model):
    """The detail of `Image Age Threshold Reached`."""

    batch: str = Field(description="The key of the list in the evidence.")
    versions: int
    unseen: tuple[str, ...] = ()


class Looked(Model):
    """One place that a sweep read: where the inventory lies, or why there is none."""

    spot: Spot
    key: str = ""
    failure: Failure | None = None


class Sweep(Model):
    """The input of a sweep, and the places that it has read."""

    run: str
    batch: str
    places: tuple[Looked, ...]


class Counts(Model):
    """What the last good sweep saw, by account, region and source."""

    counts: dict[str, int]


class Course(Model):
    """What is left of a sweep: lists of facts in the evidence, and how far EC2's buckets are drawn down."""

    run: str
    chunks: tuple[str, ...] = ()
    paces: dict[str, tuple[float, float]] = Field({}, description="Tokens and the moment, by account, region and call.")
    tally: dict[str, int] = Field({}, description="How many versions came to what.")
    unseen: tuple[str, ...] = ()
    implausible: tuple[str, ...] = ()
    next: Literal["look", "end"] = "end"


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
    step: Step
    images: tuple[dict[str, Any], ...] = Field((), description="What was done, of all of them where nothing was.")
    failures: tuple[Failed, ...] = ()
    left: tuple[str, ...] = Field((), description="Snapshots that could not be deleted; the next sweep tries again.")
    on: str = Field("", description="Of an announcement: the day on which it will be deprecated.")
    objections: tuple[str, ...] = ()
    decision: dict[str, Any]


class Restored(Model):
    """The detail of `Image Restored` and `Restoration Failed`."""

    family: str
    version: str
    owner: dict[str, str] = Field({})
    by: str
    reason: str = ""
    images: tuple[dict[str, Any], ...] = ()
    failures: tuple[Failed, ...] = ()


class Held(Model):
    """The detail of `Image Held`: until when and why; `hold` is empty when it was taken away."""

    family: str
    version: str
    by: str
    hold: str = ""
    images: tuple[dict[str, Any], ...] = ()
    failures: tuple[Failed, ...] = ()


class WayBack(Model):
    """The detail of `Restoration Requested` and `Hold Requested`."""

    family: str
    version: str
    by: str
    reason: str = ""
    until: date | None = None
    hold: bool = Field(default=True, description="False: the hold is taken away.")


class Retiring(Model):
    """How far a sweep has come, and what was decided on the versions of its first list."""

    course: Course
    decisions: tuple[dict[str, Any], ...]
