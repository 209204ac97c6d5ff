"""A pointer that is to be set in; what it was seen to hold, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.promote.set_pointer import PointerSetter
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.promote import Pointed, Pointing


@step
def handler(asked: Pointing) -> Pointed:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return PointerSetter(aws.client, ledger, datetime.now(UTC)).set(asked)
