"""An AMI that arrived in; named, shared, dated and protected, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.distribute.finish import Finisher
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.distribute import Finished, Finishing


@step
def handler(asked: Finishing) -> Finished:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return Finisher(aws.client, ledger, datetime.now(UTC)).finish(asked)
