"""An event of Inspector's in; what it tells of a scan is noted, and then whoever waits for the end of it goes on."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.run.wait import resume
from goldsmith.act.verify.record_scan import record_scan
from goldsmith.gather.wait_target import scan_told
from goldsmith.ledger.scans import END, Scans
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.scan import Noted


@step
def handler(event: Event) -> Noted:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    noted = record_scan(event, scans=Scans(ledger), now=datetime.now(UTC))
    if noted.what == END:
        resume(scan_told(event), ledger=ledger, states=aws.client("stepfunctions"))
    return noted
