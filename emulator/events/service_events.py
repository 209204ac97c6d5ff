"""Service events: what AWS would send, put on the default bus of the account and region where it happened.

Every event on its way to the rules of a bus, by PutEvents, from a service, replayed or forwarded from another bus,
passes `eventbridge._dispatch_event`, in the account and region of that bus: whoever wants to disturb it wraps that.
"""

import contextvars
import json
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import eventbridge

from emulator.gateway.settling import Work, counted, counting

T = TypeVar("T")
LOG: Final = logging.getLogger(__name__)
_TO_DELIVER: Final[queue.SimpleQueue[tuple[Work, Callable[[], None]]]] = queue.SimpleQueue()


def emit(  # noqa: PLR0913, PLR0917 - the fields of an event
    account: str, region: str, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]
) -> None:
    """Put one service event, in the order of the calls; the call that caused it never waits for it."""
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": list(resources)}

    def put() -> None:
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    _TO_DELIVER.put((Work(f"event {detail_type}"), lambda: within(account, region, put)))


def within(account: str, region: str, call: Callable[[], T]) -> T:
    """`call()` as if it were a request of its own, by nobody in particular, in this account and region."""

    counts = counted()

    def enter() -> T:
        set_request_account_id(account)
        set_request_region(region)
        with counting(on=counts):
            return call()

    return contextvars.Context().run(enter)


def _deliver_forever() -> None:
    while True:
        work, deliver = _TO_DELIVER.get()
        try:
            with work:
                deliver()
        except Exception:
            LOG.exception("a service event was not delivered")


def start() -> None:
    """Deliver from now on what is emitted and what was."""
    threading.Thread(target=_deliver_forever, name="service-events", daemon=True).start()
