"""Waiting: note the token first, then look; whoever sees the thing done ends the wait."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.gather.wait_target import is_done
from goldsmith.ledger.table import Ledger
from goldsmith.model import Sighting, Wait

OVER: Final = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})


def watch(wait: Wait, *, ledger: Ledger, look: Callable[[], Sighting], states: Any, now: datetime) -> Sighting:
    """Note the token, then look: an event that comes in between finds the token, one that came before is seen."""
    ledger.note(wait, now)
    sighting = look()
    if is_done(sighting):
        end(wait, sighting, ledger=ledger, states=states)
    return sighting


def resume(sighting: Sighting, *, ledger: Ledger, states: Any) -> int:
    """End every wait on the thing; how many there were.  A sighting that ends nothing ends none."""
    waits = ledger.waits_for(sighting.thing) if is_done(sighting) else []
    for wait in waits:
        end(wait, sighting, ledger=ledger, states=states)
    return len(waits)


def end(wait: Wait, sighting: Sighting, *, ledger: Ledger, states: Any) -> None:
    """Let the run go on with what was seen.  A token that is used up or timed out is none of our business."""
    try:
        states.send_task_success(taskToken=wait.token, output=sighting.model_dump_json(by_alias=True))
    except ClientError as error:
        if code_of(error) not in OVER:
            raise
    ledger.forget(wait)
