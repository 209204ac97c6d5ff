"""Find who crossed an age threshold, keep the list, and say so: one event for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.due import Calendar
from goldsmith.gather.retire.families import Lines
from goldsmith.ledger.table import ledger
from goldsmith.model import Model
from goldsmith.rules import RetireRules
from goldsmith.values.retire import Spot
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


def spots() -> tuple[Spot, ...]:
    """Every account and region of this deployment."""
    accounts, regions = aws.setting("ACCOUNTS").split(","), aws.setting("REGIONS").split(",")
    return tuple(Spot(account=account, region=region) for account in accounts for region in regions)


def reading(account: str) -> Callable[[str, str], Any]:
    """Clients of the role that reads in an account."""
    return aws.member(account, aws.setting("READER"))


def finder() -> "Finder":
    """That of this deployment."""
    lines = Lines(aws.client("s3"), aws.setting("RECIPES"), ledger())
    now = datetime.now(UTC)
    return Finder(
        calendar=Calendar(lines, reading, RetireRules(), now),
        sweeps=Evidence(aws.setting("SWEEPS"), aws.client("s3")),
        say=sayer(bus=aws.setting("BUS"), events=aws.client("events")),
        now=now,
    )


@dataclass(frozen=True)
class Finder:
    calendar: Calendar
    sweeps: Evidence
    say: Callable[[EventType, Model], None]
    now: datetime

    def find(self) -> Found:
        """Nothing is said if nothing is due; where it could not look, something may be."""
        due = self.calendar.due(spots())
        found = Found(
            versions=len(due.versions),
            snapshots=due.snapshots,
            templates=due.templates,
            unseen=due.unseen[:MOST_DOUBTS],
        )
        if due.versions or due.snapshots or due.templates or due.unseen:
            key = self.sweeps.put(f"sweeps/due/{self.now:%Y-%m-%dT%H%M%S.%f}.json", due)
            self.say(EventType.IMAGE_AGE_THRESHOLD_REACHED, Crossed(batch=key, **found.model_dump()))
        return found
