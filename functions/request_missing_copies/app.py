"""The schedule in; every version that a best-effort region lacks is asked to be distributed again."""

from goldsmith import aws
from goldsmith.act.distribute.missing_copies import CatchUp, CaughtUp, catch_up
from goldsmith.act.put_event import sayer
from goldsmith.ledger.table import Ledger
from goldsmith.step import step


@step
def handler(_: CatchUp) -> CaughtUp:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return catch_up(ledger=ledger, say=sayer(bus=aws.setting("BUS"), events=aws.client("events")))
