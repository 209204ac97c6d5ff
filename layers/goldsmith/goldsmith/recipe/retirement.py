"""How an image leaves: the part of a recipe on retirement."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from goldsmith.recipe import schedule
from goldsmith.recipe.shapes import TEMPLATE, Days, Objection, RecipePart, twice


class Hours(RecipePart):
    """When somebody is there who would notice: images are disabled and deregistered at no other time."""

    days: tuple[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], ...] = Field(
        default=("MON", "TUE", "WED", "THU", "FRI"), min_length=1, description="Days of the week."
    )
    starts: int = Field(default=9, ge=0, le=23, description="First hour of the day.")
    ends: int = Field(default=17, ge=1, le=24, description="Hour from which nobody is there any more.")
    time_zone: str = Field(default="UTC", description="Time zone, e.g. Europe/Berlin.")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def objections(self) -> Iterator[Objection]:
        if self.ends <= self.starts:
            yield Objection(("ends",), f"{self.ends} is not after {self.starts}", "write a later hour than starts has")
        if not schedule.is_zone(self.time_zone):
            yield Objection(("time_zone",), f"{self.time_zone} is no time zone", "write one like Europe/Berlin or UTC")


class LaunchTemplates(RecipePart):
    """Launch templates of which versions that nobody uses are deleted, oldest first.

    Only in templates that carry the tag `goldsmith:family` with the family's name. The default version, the latest,
    what anything launches from, and what is younger than 30 days stay.
    """

    names: tuple[Annotated[str, Field(pattern=TEMPLATE)], ...] = Field(
        min_length=1, max_length=50, description="Their names, in every account and region."
    )
    keep: int = Field(default=10, ge=1, le=10_000, description="Newest versions that stay, used or not.")

    def objections(self) -> Iterator[Objection]:
        yield from twice(("names",), self.names)


class Retirement(RecipePart):
    """How an image leaves, in days since a newer one took its place in every channel.  What is used stays.

    Each step comes later than the one before.
    """

    keep: int = Field(default=3, ge=1, le=100, description="Newest images that stay whatever their age.")
    announce_days: Days = Field(default=14, description="When its owner is told.")
    deprecate_days: Days = Field(default=30, description="When it is deprecated: only who knows its id finds it.")
    disable_days: Days = Field(default=60, description="When it is disabled: nothing is launched from it any more.")
    deregister_days: Days = Field(default=90, description="When it is deregistered and its snapshots are deleted.")
    rejected_days: Days = Field(
        default=14, description="How long an image that was rejected or that failed is kept, and then stays disabled."
    )
    hours: Hours | None = Field(
        default=None, description="When it may be disabled and deregistered; by default always."
    )
    launch_templates: LaunchTemplates | None = Field(
        default=None, description="Whose unused versions are deleted; without it, none are."
    )

    def objections(self) -> Iterator[Objection]:
        steps = ("announce_days", "deprecate_days", "disable_days", "deregister_days")
        for before, after in itertools.pairwise(steps):
            if getattr(self, after) <= getattr(self, before):
                what = f"is {getattr(self, after)}, and {before} is {getattr(self, before)}"
                yield Objection((after,), what, f"write more days than {before} has")
