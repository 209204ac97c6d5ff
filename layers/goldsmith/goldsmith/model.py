"""The values that travel between steps.  What you see here is exactly the JSON in the workflows and events."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from goldsmith.vocabulary import Kind, Reason, Tag, Verb


class Model(BaseModel):
    """Immutable, strict about unknown fields, camelCase in JSON and snake_case in Python."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        defer_build=True,  # a handler pays at its cold start only for the models that it uses
    )


class Event(BaseModel):
    """An EventBridge event.  AWS adds fields at will, so unknown ones are no error here."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    source: str
    detail_type: str = Field(validation_alias="detail-type")
    account: str
    region: str
    time: datetime
    resources: tuple[str, ...] = ()
    detail: dict[str, Any]


class ImageRef(Model):
    """Where an AMI is: its id alone says neither account nor region."""

    image_id: str
    account: str
    region: str

    @property
    def place(self) -> str:
        return f"{self.account}#{self.region}#{self.image_id}"

    @property
    def word(self) -> str:
        """What names it in the name of a run."""
        return self.image_id

    @property
    def member(self) -> dict[str, Any]:
        """How events and executions carry it."""
        return {"image": self.model_dump(by_alias=True)}


class FamilyRef(Model):
    """A line of images, of which there is one."""

    family: str

    @property
    def place(self) -> str:
        return f"family#{self.family}"

    @property
    def word(self) -> str:
        return self.family

    @property
    def member(self) -> dict[str, Any]:
        return {"family": self.family}


class VersionRef(Model):
    """One version of a family: its AMI of each architecture."""

    family: str
    version: str

    @property
    def place(self) -> str:
        return f"version#{self.family}#{self.version}"

    @property
    def word(self) -> str:
        return f"{self.family}-{self.version}"

    @property
    def member(self) -> dict[str, Any]:
        return {"family": self.family, "version": self.version}


class SweepRef(Model):
    """The sweep of the whole estate, of which one at a time may run; `batch` is the key of what is due."""

    batch: str

    @property
    def place(self) -> str:
        return "sweep"

    @property
    def word(self) -> str:
        return "sweep"

    @property
    def member(self) -> dict[str, Any]:
        return {"batch": self.batch}


Subject = ImageRef | FamilyRef | VersionRef | SweepRef  # what a run is about


class Thing(Model):
    """What a run waits for."""

    kind: Kind
    account: str
    region: str
    id: str


class Wait(Model):
    """One attempt of one waiting state.  `token` is Step Functions' task token, new at each attempt."""

    token: str
    run: str
    state: str
    thing: Thing


class Sighting(Model):
    """A thing as it was seen: by `watch`, who looked, or by `resume`, who was told.  `state` is AWS's word for it."""

    thing: Thing
    state: str
    message: str = ""


class Image(Model):
    """What EC2 knows about one AMI."""

    image_id: str
    name: str
    account: str = Field(description="The account that owns it.")
    region: str
    state: str
    architecture: str
    created: datetime
    public: bool
    tags: dict[str, str]
    source: str = Field(default="", description="The AMI that EC2 says it was copied from.")

    def tag(self, tag: Tag) -> str | None:
        return self.tags.get(tag)


class AdoptFacts(Model):
    verb: Literal[Verb.ADOPT] = Verb.ADOPT
    image: Image | None = None
    home_account: str = ""
    home_region: str = ""
    architectures: frozenset[str] | None = Field(None, description="Of its family's recipe; None: there is none.")
    was_ours: bool = Field(default=False, description="It was built or taken in before, whatever its tags say now.")
    source_was_ours: bool = Field(default=False, description="The same of the AMI that it was copied from.")
    unseen: frozenset[str] = Field(frozenset(), description="The places that could not be read.")


class Verdict(Model):
    allowed: bool
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def unless(cls, *objections: tuple[bool, Reason]) -> Self:
        """Allow, unless an objection holds.  Every objection that holds is reported, not only the first."""
        reasons = tuple(reason for holds, reason in objections if holds)
        return cls(allowed=not reasons, reasons=reasons)


class Recorded(Model):
    """Where an event was kept; `evidence` is the key of its decision in the evidence bucket."""

    subject: str
    evidence: str | None


class Resumed(Model):
    """How many waits an event ended."""

    sighting: Sighting
    ended: int
