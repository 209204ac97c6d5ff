"""Ends what a run left behind: when it has ended, when it says that it failed, when asked to clear up or to sweep."""

from datetime import UTC, datetime

from goldsmith.act.run.reap import ended, failed, reaper
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.reap import Cleared, ClearUp, RunFailed, Sweep, Swept


@step
def handler(given: Event | Sweep | ClearUp | RunFailed) -> Swept | Cleared:
    if isinstance(given, ClearUp):
        return reaper().clear(given.run, keep_images=given.keep_images)
    if isinstance(given, Sweep):
        return Swept(reaped=tuple(reaper().sweep(datetime.now(UTC))))
    how = failed(given) if isinstance(given, RunFailed) else ended(given)
    return Swept(reaped=(reaper().reap(*how),))
