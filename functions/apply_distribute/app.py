"""A decision on a distribution in; carried out, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.distribute.apply import Deliverer
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.distribute import Delivered, Delivery


@step
def handler(asked: Delivery) -> Delivered:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return Deliverer(aws.client, ledger, datetime.now(UTC)).deliver(asked)
