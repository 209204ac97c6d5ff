"""Ask again for what a best-effort region lacks: nothing is built, and what is there is not copied again."""

from collections.abc import Callable
from typing import Literal

from goldsmith.ledger.missing_copies import lates
from goldsmith.ledger.table import Ledger
from goldsmith.model import Model, VersionRef
from goldsmith.vocabulary import EventType


class CatchUp(Model):
    """What the schedule sends."""

    catch_up: Literal[True]


class DistributionRequested(VersionRef):
    """The detail of the event."""

    by: str
    again: bool = True


class CaughtUp(Model):
    asked: tuple[VersionRef, ...]


def catch_up(*, ledger: Ledger, say: Callable[[EventType, Model], None]) -> CaughtUp:
    asked = tuple(VersionRef(family=each.family, version=each.version) for each in lates(ledger).all())
    for each in asked:
        say(EventType.DISTRIBUTION_REQUESTED, DistributionRequested(**each.model_dump(), by="schedule"))
    return CaughtUp(asked=asked)
