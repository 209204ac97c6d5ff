"""Find who crossed an age threshold, keep the list, and say so: one event for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from goldsmith import aws
from goldsmith.act.say import sayer
from goldsmith.evidence import Evidence
from goldsmith.gather.due import Calendar
from goldsmith.gather.lines import Lines
from goldsmith.ledger import ledger
from goldsmith.model import Model
from goldsmith.retirement import Spot
from goldsmith.rules import RetireRules
from goldsmith.sweep import Crossed, DueList
from goldsmith.vocabulary import EventType


class DailySweep(Model):
    """What the schedule sends."""

    daily_sweep: Literal[True]


class Found(Model):
    versions: int
    unseen: tuple[str, ...]


def spots() -> tuple[Spot, ...]:
    """Every account and region of this deployment."""
    accounts, regions = aws.setting("ACCOUNTS").split(","), aws.setting("REGIONS").split(",")
    return tuple(Spot(account=account, region=region) for account in accounts for region in regions)


def reading(account: str) -> Callable[[str, str], object]:
    """Clients of the role that reads in an account."""
    return aws.member(account, aws.setting("READER"))


def finder() -> "Finder":
    """That of this deployment."""
    lines = Lines(aws.client("s3"), aws.setting("RECIPES"), ledger())
    now = datetime.now(UTC)
    return Finder(
        calendar=Calendar(lines, reading, RetireRules(), now),
        evidence=Evidence(aws.setting("EVIDENCE"), aws.client("s3")),
        say=sayer(bus=aws.setting("BUS"), events=aws.client("events")),
        now=now,
    )


@dataclass(frozen=True)
class Finder:
    calendar: Calendar
    evidence: Evidence
    say: Callable[[EventType, Model], None]
    now: datetime

    def find(self) -> Found:
        """Nothing is said if nothing is due; where it could not look, something may be."""
        due, unseen = self.calendar.due(spots())
        if due or unseen:
            key = self.evidence.put(
                f"sweeps/due/{self.now:%Y-%m-%dT%H%M%S.%f}.json", DueList(versions=due, unseen=unseen)
            )
            crossed = Crossed(batch=key, versions=len(due), unseen=unseen[:10])
            self.say(EventType.IMAGE_AGE_THRESHOLD_REACHED, crossed)
        return Found(versions=len(due), unseen=unseen[:10])
