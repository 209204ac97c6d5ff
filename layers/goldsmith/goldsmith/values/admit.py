"""What is known when a build is asked for."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from goldsmith.model import Model
from goldsmith.vocabulary import Verb


class Asked(Model):
    """The detail of `Build Requested`: by the recipe's schedule, a person, or any CI system."""

    family: str
    by: str = Field(default="", description="Who asks: `schedule`, `person`, or a word of your own.")
    reason: str = ""
    again: bool = Field(default=False, description="Build although nothing changed, it is frozen or failed too often.")


class Frozen(Model):
    """Days on which nothing is built, the first and the last included."""

    starts: date
    ends: date
    reason: str


class Newest(Model):
    """The newest image of the family that did not fail."""

    version: str
    recipe_sha: str
    bases: tuple[str, ...] = Field(description="The AMIs it was built upon, sorted.")
    built: datetime


class BuildFacts(Model):
    verb: Literal[Verb.BUILD] = Verb.BUILD
    family: str
    again: bool
    recipe_sha: str | None = Field(default=None, description="Of the accepted recipe; None: there is none.")
    bases: tuple[str, ...] = Field(default=(), description="The AMIs it would be built upon now, sorted.")
    freezes: tuple[Frozen, ...] = ()
    newest: Newest | None = None
    running: str | None = Field(default=None, description="The run that has the family's lease, if it is live.")
    failures: int = Field(
        default=0, description="`Build Failed` events since the last `Image Built` or `Recipe Accepted`."
    )
    public_access: str = Field(
        default="", description="The account's block public access state for AMIs; empty: unseen."
    )
    unseen: frozenset[str] = Field(frozenset(), description="What could not be read.")
