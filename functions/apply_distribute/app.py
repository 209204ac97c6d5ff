"""A decision on a distribution in; carried out, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.distribute.apply import DistributeApplier
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.distribute import ApplyDistribute, DistributeReport


@step
def handler(asked: ApplyDistribute) -> DistributeReport:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return DistributeApplier(aws.client, ledger, datetime.now(UTC)).apply(asked)
