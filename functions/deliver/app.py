"""A decision on a distribution in; carried out, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.deliver import Deliverer
from goldsmith.distribution import Delivered, Delivery
from goldsmith.ledger import ledger
from goldsmith.step import step


@step
def handler(asked: Delivery) -> Delivered:
    return Deliverer(aws.client, ledger(), datetime.now(UTC)).deliver(asked)
