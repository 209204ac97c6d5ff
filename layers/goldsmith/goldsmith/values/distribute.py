"""The values of a distribution that travel between its steps: which copies are wanted, and what became of each."""

from typing import Any, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.outcome import Failure
from goldsmith.vocabulary import Verb


class Spread(Model):
    """The input of a distribution, and of a promotion."""

    run: str
    family: str
    version: str


class Sharing(Model):
    """Who may launch it."""

    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    organizational_units: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[dict[str, str], ...]:
        """Launch permissions as EC2 writes them."""
        return (
            *({"UserId": each} for each in self.accounts),
            *({"OrganizationArn": each} for each in self.organizations),
            *({"OrganizationalUnitArn": each} for each in self.organizational_units),
        )


class Leg(Model):
    """The AMI of one architecture in one region: where it comes from, and how it is wanted there."""

    architecture: str
    region: str
    source: ImageRef = Field(description="The AMI of the home region, which was verified.")
    name: str = Field(description="Its name there, and of every attempt at it the beginning.")
    kms_key: str
    best_effort: bool = False

    @property
    def is_home(self) -> bool:
        """Nothing is to be copied: it is there already."""
        return self.region == self.source.region


class Route(Model):
    """What a distribution will do, decided before it does anything."""

    run: str
    family: str
    version: str
    owner: dict[str, str] = Field(description="Whom to tell: team, email, slack.")
    channel: str = Field(description="The first of its channels.")
    sharing: Sharing = Sharing()
    legs: tuple[Leg, ...]


class Copying(Model):
    """A leg that is to have its AMI.  `waits` counts how often there was no room for the copy."""

    run: str
    leg: Leg
    waits: int = 0


class Copied(Model):
    """How far it is: there is no room yet for another copy, it is under way, or it is there to be finished."""

    next: Literal["room", "wait", "finish"]
    seconds: int = Field(default=1, description="How long to wait for room.")
    image: ImageRef | None = None


class Finishing(Model):
    """An AMI that is no longer pending.  `looks` counts how often it was looked at before."""

    leg: Leg
    image: ImageRef
    sharing: Sharing
    looks: int = 0


class Finished(Model):
    """What is next: it came to nothing, so another attempt; another look, since something was set; or nothing."""

    next: Literal["copy", "look", "done"]


class CopyOutcome(Model):
    """What became of one leg."""

    leg: Leg
    image: ImageRef | None = None
    failure: Failure | None = None


class DistributeWork(Model):
    """All that is known at the end, to be made facts of."""

    route: Route
    endings: tuple[CopyOutcome, ...] = ()
    failure: Failure | None = Field(default=None, description="Why there is no ending.")


class LegFacts(Model):
    """What was seen of one leg when all had ended.  None: could not be told."""

    architecture: str
    region: str
    best_effort: bool = False
    name: str
    image: ImageRef | None = None
    state: str = Field(default="", description="In EC2's words.")
    encrypted: bool | None = None
    untagged: tuple[str, ...] = Field(default=(), description="Tags that it or a snapshot of it lacks.")
    unshared: tuple[str, ...] = Field(default=(), description="Who may not launch it, and should.")
    unseen: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def holds(self) -> bool:
        """It is there, and as it is wanted."""
        return (
            self.image is not None
            and self.failure is None
            and self.state == "available"
            and self.encrypted is True
            and not (self.untagged or self.unshared or self.unseen)
        )


class DistributeFacts(Model):
    verb: Literal[Verb.DISTRIBUTE] = Verb.DISTRIBUTE
    family: str
    version: str
    legs: tuple[LegFacts, ...] = ()


class ApplyDistribute(Model):
    """A decision that is to be carried out."""

    route: Route
    decision: dict[str, Any]


class Missing(Model):
    """A region that has not got it, and why."""

    region: str
    architecture: str
    error: str = ""
    cause: str = ""


class There(Model):
    """An AMI where it arrived, as events name it."""

    image_id: str
    account: str
    region: str
    architecture: str
    name: str


class DistributeReport(Model):
    """The detail of `Image Distributed` and `Distribution Failed`, but for the decision."""

    run: str
    family: str
    version: str
    owner: dict[str, str]
    images: tuple[There, ...]
    missing: tuple[Missing, ...]
