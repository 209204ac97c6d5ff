"""An event that asks for a run in, at most one run started."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.say import say
from goldsmith.act.start import refusal, start
from goldsmith.ledger import ledger
from goldsmith.model import Event
from goldsmith.request import Started
from goldsmith.step import step
from goldsmith.vocabulary import EventType


@step
def handler(event: Event) -> Started:
    states, machines = aws.client("stepfunctions"), aws.setting("STATE_MACHINES")
    started = start(event, ledger=ledger(), states=states, machines=machines, now=datetime.now(UTC))
    if refused := refusal(event, started):
        say(EventType.BUILD_REFUSED, refused, bus=aws.setting("BUS"), events=aws.client("events"))
    return started
