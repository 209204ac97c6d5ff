"""What is known of a version when its next step on the way out is judged."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Stage, Verb


class RetireStep(StrEnum):
    """What a sweep can do to a version: at most one of these."""

    SUPERSEDE = "supersede"
    PROLONG = "prolong"
    ANNOUNCE = "announce"
    DEPRECATE = "deprecate"
    DISABLE = "disable"
    DEREGISTER = "deregister"


LASTING: Final = frozenset(
    {RetireStep.DISABLE, RetireStep.DEREGISTER}
)  # hard to take back: reported on, looked at again, capped
LEADS_TO: Final = {
    RetireStep.SUPERSEDE: Stage.SUPERSEDED,
    RetireStep.DEPRECATE: Stage.DEPRECATED,
    RetireStep.DISABLE: Stage.DISABLED,
    RetireStep.DEREGISTER: Stage.DEREGISTERED,
}
MOST_USES: Final = 10  # of one version that travel; all are in the inventory of their place


class AccountRegion(Model):
    """An account in one region."""

    account: str
    region: str


def account_regions(accounts: str, regions: str) -> tuple[AccountRegion, ...]:
    """Each account in each region; both lists are written with commas."""
    return tuple(
        AccountRegion(account=account, region=region)
        for account in accounts.split(",")
        for region in regions.split(",")
    )


class UsageReport(Model):
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
    unreadable: str = Field("", description="What EC2 said about it that cannot be read.")
    protection: str = Field("", description="Deregistration protection in EC2's words.")
    hold: str = ""
    snooze: str = ""
    ours: bool = Field(default=False, description="It carries its own id, and its birth is in the evidence.")
    snapshots: tuple[str, ...] = ()
    reports: tuple[UsageReport, ...] = ()
    recycled: tuple[int, int] | None = Field(
        None, description="Days that the Recycle Bin keeps such an image and its snapshots; None: not both."
    )


class RetireFacts(Model):
    """All that is known about one version when its next step is judged."""

    verb: Literal[Verb.RETIRE] = Verb.RETIRE
    step: RetireStep
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


class OrphanFacts(Model):
    """A snapshot of ours whose image is neither there nor in the Recycle Bin."""

    verb: Literal["orphan"] = "orphan"
    family: str
    version: str
    snapshot_id: str
    image_id: str = Field(description="That it was made for, if it says so.")
    ours: bool = Field(default=False, description="A tombstone names it: tags are cloned by other people's copies.")
    account: str
    region: str
    stage: str
    since: datetime | None = None
    users: tuple[str, ...] = Field((), description="Images that have it, or were made from it.")
    hold: str = ""
    recycled_days: int = Field(0, description="That the Recycle Bin keeps it for.")
    unseen: tuple[str, ...] = ()
    implausible: tuple[str, ...] = ()


class PruneFacts(Model):
    """A launch template with old versions that nobody refers to."""

    verb: Literal["prune"] = "prune"
    family: str = Field(description="Whose recipe names it.")
    template_id: str
    name: str
    account: str
    region: str
    tagged: str = Field("", description="The family that it carries in its tag.")
    hold: str = ""
    versions: tuple[int, ...] = Field(description="That would go, oldest first.")
    youngest: datetime | None = Field(None, description="When the youngest of these was made; None: unknown of one.")
    default: int
    latest: int
    keep: int = Field(description="How many of the newest its recipe keeps.")
    kept_from: int = Field(0, description="The oldest of these.")
    used_by: tuple[Use, ...] = Field((), description="Refers to one of those that would go after all.")
    unseen: tuple[str, ...] = ()
    implausible: tuple[str, ...] = ()


class Batch(Model):
    """The facts of several versions, snapshots and launch templates, judged one by one."""

    batch: tuple[Annotated[RetireFacts | OrphanFacts | PruneFacts, Field(discriminator="verb")], ...]
