"""Events on their way to a bus: what AWS services emit, and the one place through which every event passes."""

import contextvars
import json
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
from ministack.services import eventbridge

from local.patching import patch, replace

Event = dict[str, Any]
Channel = Callable[[Event], Iterable[Event]]

CHANNELS: Final[list[Channel]] = []
"""What stands between an event and the rules of its bus: each gives back the events to pass on, in order.

`[event]` lets it through, `[]` loses it, `[event, event]` doubles it.  To hold one, keep it, give back `[]` and call
`release(event)` later, in any order.  An event is the emulator's record: `Source`, `DetailType`, `Detail` (JSON text),
`Resources`, `EventId`, `Time` (epoch seconds), `Account` and `Region` of its origin, `EventBusName`, and `Bus`, the
(account, region) of the bus that it is about to reach: one forwarded from bus to bus passes once for each bus.
"""

_TO_DELIVER: Final[queue.SimpleQueue[Callable[[], None]]] = queue.SimpleQueue()
_to_rules: Final = eventbridge._dispatch_event
LOG: Final = logging.getLogger(__name__)


def emit(  # noqa: PLR0913, PLR0917 - the fields of an event
    account: str, region: str, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]
) -> None:
    """Put one service event on the default bus of where it happened, in the order of the calls.

    The call that caused it never waits for it: it is delivered on a thread of its own.
    """
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": list(resources)}

    def put() -> None:
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    _TO_DELIVER.put(lambda: within(account, region, put))


def within(account: str, region: str, call: Callable[[], Any]) -> Any:
    """`call()` as if it were a request of its own, by nobody in particular, in this account and region."""

    def enter() -> Any:
        set_request_account_id(account)
        set_request_region(region)
        return call()

    return contextvars.Context().run(enter)


def release(event: Event) -> None:
    """Give an event to the rules of its bus, past all channels."""
    account, region = event["Bus"]
    within(account, region, lambda: _to_rules(event))


def _dispatch(event: Event, _view: Any = None) -> None:
    """What the emulator calls for every event: by PutEvents, a service, a replay, or from another bus."""
    events = [event | {"Bus": (get_account_id(), get_region())}]
    for channel in CHANNELS:
        events = [passed for each in events for passed in channel(each)]
    for each in events:
        release(each)


def _deliver_forever() -> None:
    while True:
        deliver = _TO_DELIVER.get()
        try:
            deliver()
        except Exception:
            LOG.exception("a service event was not delivered")


@patch("an event reaches the rules of its bus at once, exactly once and in order: nothing can stand in between")
def event_channels() -> None:
    replace(eventbridge, "_dispatch_event", lambda _: _dispatch)


threading.Thread(target=_deliver_forever, name="service-events", daemon=True).start()
