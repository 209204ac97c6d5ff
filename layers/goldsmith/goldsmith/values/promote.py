"""The values of a promotion that travel between its steps: what a channel points to, and what it is to point to."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.distribute import Missing, Route, There
from goldsmith.values.outcome import Failure
from goldsmith.vocabulary import Verb

POINTER: Final = "aws:ec2:image"  # the data type that makes Systems Manager check an AMI before it stores its id


class PointerValue(Model):
    """What a pointer holds, and since when."""

    image_id: str
    version: str
    since: datetime


class PointerFacts(Model):
    """One pointer of a channel, of one architecture in one region, and the AMI that is to be its next."""

    region: str
    architecture: str
    best_effort: bool = False
    parameter: str = Field(description="Its name in Systems Manager.")
    image: ImageRef | None = Field(default=None, description="The AMI of this version there; None: there is none.")
    name: str = Field(default="", description="Of that AMI.")
    stage: str = ""
    data_type: str = Field(default="", description="Of the parameter as it is; empty: there is none yet.")
    current: str = Field(default="", description="The AMI that it points to.")
    current_version: str = Field(default="", description="Of that AMI; empty: it is none of this family's.")
    unseen: tuple[str, ...] = ()


class PromoteFacts(Model):
    verb: Literal[Verb.PROMOTE] = Verb.PROMOTE
    family: str
    version: str
    channel: str
    pointers: tuple[PointerFacts, ...] = ()


class Pointing(Model):
    """A pointer that is to be set.  `tries` counts how often it was looked at in vain."""

    family: str
    version: str
    channel: str
    pointer: PointerFacts
    tries: int = 0


class Pointed(Model):
    """What the pointer holds now: this version, or a newer one that was faster."""

    held: PointerValue


class PointerOutcome(Model):
    """What became of one pointer."""

    pointer: PointerFacts
    failure: Failure | None = None


class ApplyPromote(Model):
    """A decision, and what became of it."""

    route: Route
    decision: dict[str, Any]
    endings: tuple[PointerOutcome, ...] = ()
    failure: Failure | None = Field(default=None, description="Why there is no ending.")


class Promoted(Model):
    """The detail of `Image Promoted`, `Promotion Refused` and `Promotion Failed`, but for the decision."""

    run: str
    family: str
    version: str
    owner: dict[str, str]
    channel: str
    images: tuple[There, ...] = Field(description="Where the channel points to this version now.")
    failures: tuple[Missing, ...] = Field(default=(), description="Where it could not be made to.")
    objections: tuple[str, ...] = ()


class AppliedPromote(Model):
    next: Literal["promoted", "refused", "failed"]
    detail: Promoted
