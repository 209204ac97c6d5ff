"""The schedule in; every version that a best-effort region lacks is asked to be distributed again."""

from goldsmith import aws
from goldsmith.act.distribute.missing_copies import MissingCopiesRequested, RequestMissingCopies, request_missing_copies
from goldsmith.act.put_event import sayer
from goldsmith.ledger.table import Ledger
from goldsmith.step import step


@step
def handler(_: RequestMissingCopies) -> MissingCopiesRequested:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return request_missing_copies(ledger=ledger, say=sayer(bus=aws.setting("BUS"), events=aws.client("events")))
