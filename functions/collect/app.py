"""An event of Inspector's in; what it tells of a scan is noted, and then whoever waits for the end of it goes on."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.collect import collect
from goldsmith.act.wait import resume
from goldsmith.gather.sighting import scan_told
from goldsmith.ledger import ledger
from goldsmith.ledger_scans import END, Scans
from goldsmith.model import Event
from goldsmith.scanning import Noted
from goldsmith.step import step


@step
def handler(event: Event) -> Noted:
    noted = collect(event, scans=Scans(ledger()), now=datetime.now(UTC))
    if noted.what == END:
        resume(scan_told(event), ledger=ledger(), states=aws.client("stepfunctions"))
    return noted
