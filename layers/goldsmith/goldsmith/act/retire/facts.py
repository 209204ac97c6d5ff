"""Store the facts of a sweep: its lists in the bucket of sweeps, and what later sweeps are compared with."""

from typing import Final

from goldsmith.evidence import BASELINE, Evidence, batch_of
from goldsmith.gather.retire.facts import SweepFacts
from goldsmith.values.sweep import Course

MOST_DOUBTS: Final = 100  # that travel


def store(run: str, facts: SweepFacts, *, sweeps: Evidence) -> Course:
    """What the sweep has before it."""
    chunks = tuple(sweeps.put(batch_of(run, number), batch) for number, batch in enumerate(facts.batches))
    if facts.baseline is not None:
        sweeps.put(BASELINE, facts.baseline)
    return Course(
        run=run,
        chunks=chunks,
        unseen=facts.unseen[:MOST_DOUBTS],
        implausible=facts.implausible,
        next="look" if chunks else "end",
    )
