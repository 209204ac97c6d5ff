"""What an audit sees and says: images, who uses them, and what could not be seen."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import Field

from goldsmith.model import Model
from goldsmith.vocabulary import Reason, Tag

Answer = Literal["may_go", "keep", "cannot_tell"]
NOTE: Final[set[str]] = set()


class Many(Model):
    """A value of which there are tens of thousands.

    What pydantic notes of each, which fields were given, is twice as large as the value; all share an empty note.
    """

    def model_post_init(self, _: Any, /) -> None:
        object.__setattr__(self, "__pydantic_fields_set__", NOTE)


class Use(Many):
    """Something that refers to an image, or to what an image needs."""

    kind: str
    arn: str = Field(description="Its ARN, or the name that its service gives it where it has none.")
    how: str = Field(description="Where in it the image is named, and through what.")


class Unseen(Model):
    """A place that could not be read to its end: whatever is there may use any image of the region."""

    account: str
    region: str
    source: str
    error: str = Field(description="AWS's error, and the permission that is missing, if one is.")

    @property
    def name(self) -> str:
        return f"{self.account} {self.region} {self.source}"


class AuditedImage(Many):
    """An AMI, as its owner sees it."""

    image_id: str
    name: str
    account: str = Field(description="The account that owns it.")
    region: str
    state: str
    architecture: str
    created: datetime | None = Field(description="None if EC2 gave a date that cannot be read.")
    launched: datetime | None = Field(None, description="When it was last launched, up to a day late.")
    deprecated_at: datetime | None = Field(None, description="When EC2 deprecates it, or did.")
    public: bool = False
    protection: str = Field("", description="Deregistration protection in EC2's words; empty if EC2 says nothing.")
    snapshots: tuple[str, ...] = ()
    snapshot_gib: int = 0
    tags: dict[str, str] = Field(default_factory=dict)
    unreadable: str = Field("", description="What EC2 said about it that cannot be read.")

    def tag(self, tag: Tag) -> str | None:
        return self.tags.get(tag)


class AuditFacts(Model):
    """All that is known about one image when it is judged."""

    image: AuditedImage
    family: str = ""
    newer: int = Field(0, description="How many usable images of its line are newer.")
    last_good: bool = Field(default=False, description="It is the newest of its line that is known to work.")
    used_by: tuple[Use, ...] = ()
    unseen: frozenset[str] = Field(frozenset(), description="The places that could not be read.")
    implausible: bool = Field(default=False, description="The inventory is too small to be believed.")


class Judged(Many):
    """One image in the report."""

    image_id: str
    name: str
    region: str
    account: str
    family: str
    architecture: str
    created: datetime | None
    verdict: Answer
    reasons: tuple[Reason, ...]
    used_by: tuple[Use, ...]
    unseen: tuple[str, ...]
    snapshot_gib: int


class AuditReport(Model):
    """The answer of an audit."""

    images: tuple[Judged, ...]
    unseen: tuple[Unseen, ...]
    api_calls: dict[str, int] = Field(description="Requests by `service:Operation`, repeated ones included.")
    counts: dict[str, int] = Field(description="How much each place held: `account region source` to a number.")
    implausible: tuple[str, ...] = Field((), description="What shrank too much since the last good run.")
