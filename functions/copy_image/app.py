"""A region that is to have an AMI in; how far its copy is, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.distribute.copy import Copier
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.distribute import Copied, Copying


@step
def handler(asked: Copying) -> Copied:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return Copier(aws.client, ledger, datetime.now(UTC)).copy(asked)
