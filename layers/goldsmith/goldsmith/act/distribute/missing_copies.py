"""Ask again for what a best-effort region lacks: nothing is built, and what is there is not copied again."""

from collections.abc import Callable
from typing import Literal

from goldsmith.ledger.missing_copies import missing_copies
from goldsmith.ledger.table import Ledger
from goldsmith.model import Model, VersionRef
from goldsmith.vocabulary import EventType


class RequestMissingCopies(Model):
    """What the schedule sends."""

    catch_up: Literal[True]


class DistributionRequested(VersionRef):
    """The detail of the event."""

    by: str
    again: bool = True


class MissingCopiesRequested(Model):
    asked: tuple[VersionRef, ...]


def request_missing_copies(*, ledger: Ledger, say: Callable[[EventType, Model], None]) -> MissingCopiesRequested:
    asked = tuple(VersionRef(family=each.family, version=each.version) for each in missing_copies(ledger).all())
    for each in asked:
        say(EventType.DISTRIBUTION_REQUESTED, DistributionRequested(**each.model_dump(), by="schedule"))
    return MissingCopiesRequested(asked=asked)
