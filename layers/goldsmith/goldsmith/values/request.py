"""What asks for a run, and what becomes of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from goldsmith.model import FamilyRef, ImageRef, Model, Subject, SweepRef, VersionRef
from goldsmith.vocabulary import Reason


class Request(Model):
    """The detail of an event that asks for a run about an image."""

    image: ImageRef
    again: bool = Field(default=False, description="Start another run although the last one succeeded.")

    @property
    def subject(self) -> Subject:
        return self.image


class Admission(Model):
    """The detail of `Build Admitted`: `policy/build.py` let this request in, whatever became of the last build."""

    family: str
    again: Literal[True]
    requested: dict[str, Any] = Field(description="The detail of the `Build Requested` that was admitted.")
    decision: dict[str, Any]

    @property
    def subject(self) -> Subject:
        return FamilyRef(family=self.family)


class OfVersion(BaseModel):
    """The detail of an event on a version that is to be verified; whatever else it tells is for others."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    family: str
    version: str
    again: bool = False

    @property
    def subject(self) -> Subject:
        return VersionRef(family=self.family, version=self.version)


class Onward(OfVersion):
    """The same of a version that is to go out: every event starts a run, which finds what is there and leaves it."""

    again: bool = True


class OfSweep(BaseModel):
    """The detail of `Image Age Threshold Reached`: each starts a sweep, unless one is under way."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    batch: str
    again: Literal[True] = True

    @property
    def subject(self) -> Subject:
        return SweepRef(batch=self.batch)


class Started(Model):
    """What became of a request."""

    run: str
    outcome: Literal["started", "already_running", "already_done"]


class Refusal(Model):
    """The detail of a `Build Refused` that no policy said: another run, `run`, has the family."""

    family: str
    run: str
    requested: dict[str, Any]
    reasons: tuple[Reason, ...]
