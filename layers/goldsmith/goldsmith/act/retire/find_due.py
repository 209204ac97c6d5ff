"""Find who crossed an age threshold, keep the list, and say so: one event for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from goldsmith.evidence import Evidence, due_list_of
from goldsmith.gather.retire.due import Calendar
from goldsmith.model import Model
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import Crossed
from goldsmith.vocabulary import EventType

MOST_DOUBTS: Final = 10  # that travel; the list in the bucket has all


class DailySweep(Model):
    """What the schedule sends."""

    daily_sweep: Literal[True]


class Found(Model):
    versions: int
    snapshots: int
    templates: int
    unseen: tuple[str, ...]


@dataclass(frozen=True)
class Finder:
    calendar: Calendar
    places: tuple[AccountRegion, ...]
    sweeps: Evidence
    say: Callable[[EventType, Model], None]
    now: datetime

    def find(self) -> Found:
        """Nothing is said if nothing is due; where it could not look, something may be."""
        due = self.calendar.due(self.places)
        found = Found(
            versions=len(due.versions),
            snapshots=due.snapshots,
            templates=due.templates,
            unseen=due.unseen[:MOST_DOUBTS],
        )
        if due.versions or due.snapshots or due.templates or due.unseen:
            key = self.sweeps.put(due_list_of(self.now), due)
            self.say(EventType.IMAGE_AGE_THRESHOLD_REACHED, Crossed(batch=key, **found.model_dump()))
        return found
