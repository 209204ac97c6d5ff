"""Any event of our bus in, kept."""

from goldsmith import aws
from goldsmith.act.record import record
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event, Recorded
from goldsmith.step import step


@step
def handler(event: Event) -> Recorded:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return record(event, ledger=ledger, s3=aws.client("s3"), bucket=aws.setting("EVIDENCE"))
