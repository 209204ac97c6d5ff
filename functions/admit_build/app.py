"""`Build Requested` in; the decision is said on the bus.  Starts nothing."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.admit import AdmitReport, admit
from goldsmith.act.put_event import sayer
from goldsmith.gather.admit.facts import Gatherer
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.step import step


@step
def handler(event: Event) -> AdmitReport:
    gatherer = Gatherer(
        recipes=aws.setting("RECIPES"),
        machines=aws.setting("STATE_MACHINES"),
        ledger=Ledger(aws.setting("LEDGER"), aws.client("dynamodb")),
        client=aws.client,
    )
    say = sayer(bus=aws.setting("BUS"), events=aws.client("events"))
    return admit(event, gatherer=gatherer, say=say, now=datetime.now(UTC))
