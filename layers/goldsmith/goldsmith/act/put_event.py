"""Say something on Goldsmith's bus."""

from collections.abc import Callable
from functools import partial
from typing import Any

from goldsmith.errors import TryAgain
from goldsmith.model import Model
from goldsmith.vocabulary import EventType


def say(event_type: EventType, detail: Model, *, bus: str, events: Any) -> None:
    """One event.  PutEvents answers 200 even if it took nothing in, so its count of failures is read."""
    text = detail.model_dump_json(by_alias=True)
    entry = {"Source": "goldsmith", "DetailType": event_type.value, "Detail": text, "EventBusName": bus}
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise TryAgain(f"the bus {bus} did not take in {event_type!s}: {answer['Entries'][0]}")


def sayer(*, bus: str, events: Any) -> Callable[[EventType, Model], None]:
    """`say` on this bus."""
    return partial(say, bus=bus, events=events)
