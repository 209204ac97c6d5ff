"""An event that asks for a run in, at most one run started."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.start import start
from goldsmith.ledger import ledger
from goldsmith.model import Event, Started
from goldsmith.step import step


@step
def handler(event: Event) -> Started:
    states, machines = aws.client("stepfunctions"), aws.setting("STATE_MACHINES")
    return start(event, ledger=ledger(), states=states, machines=machines, now=datetime.now(UTC))
