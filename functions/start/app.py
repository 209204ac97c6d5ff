"""An event that asks for a run in, at most one run started."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import say
from goldsmith.act.run.start import refusal, start
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.request import Started
from goldsmith.vocabulary import EventType


@step
def handler(event: Event) -> Started:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    states, machines = aws.client("stepfunctions"), aws.setting("STATE_MACHINES")
    started = start(event, ledger=ledger, states=states, machines=machines, now=datetime.now(UTC))
    if refused := refusal(event, started):
        say(EventType.BUILD_REFUSED, refused, bus=aws.setting("BUS"), events=aws.client("events"))
    return started
