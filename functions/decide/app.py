"""Facts in, decision out.  Holds no permission at all: what decides cannot act, what acts cannot decide."""

from datetime import UTC, datetime

from goldsmith.decision import Decision, Facts, decide
from goldsmith.step import step


@step
def handler(facts: Facts) -> Decision:
    return decide(facts, datetime.now(UTC))
