"""The end of a run in, or the word to sweep or to clear up; what the run left behind is ended."""

from datetime import UTC, datetime

from goldsmith.act.reap import ended, reaper
from goldsmith.model import Event
from goldsmith.reaping import Cleared, ClearUp, Sweep, Swept
from goldsmith.step import step


@step
def handler(given: Event | Sweep | ClearUp) -> Swept | Cleared:
    if isinstance(given, ClearUp):
        return reaper().clear(given.run, keep_images=given.keep_images)
    if isinstance(given, Sweep):
        return Swept(reaped=tuple(reaper().sweep(datetime.now(UTC))))
    return Swept(reaped=(reaper().reap(*ended(given)),))
