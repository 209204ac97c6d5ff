"""The end of a run in, or the word to sweep; what dead runs left behind is ended."""

from datetime import UTC, datetime

from goldsmith.act.reap import ended, reaper
from goldsmith.model import Event, Sweep, Swept
from goldsmith.step import step


@step
def handler(given: Event | Sweep) -> Swept:
    if isinstance(given, Sweep):
        return Swept(reaped=tuple(reaper().sweep(datetime.now(UTC))))
    return Swept(reaped=(reaper().reap(*ended(given)),))
