"""An event of Inspector's in; what it tells of a scan is noted."""

from datetime import UTC, datetime

from goldsmith.act.collect import collect
from goldsmith.ledger import ledger
from goldsmith.ledger_scans import Scans
from goldsmith.model import Event
from goldsmith.scanning import Noted
from goldsmith.step import step


@step
def handler(event: Event) -> Noted:
    return collect(event, scans=Scans(ledger()), now=datetime.now(UTC))
