"""Facts in, decision out.  Holds no permission at all: what decides cannot act, what acts cannot decide."""

from datetime import UTC, datetime

from goldsmith.policy.decide import Decision, Decisions, Facts, decide, decide_each
from goldsmith.step import step
from goldsmith.values.retire import Batch


@step
def handler(facts: Facts | Batch) -> Decision | Decisions:
    now = datetime.now(UTC)
    return decide_each(facts, now) if isinstance(facts, Batch) else decide(facts, now)
