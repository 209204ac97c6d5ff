"""What a promotion has come to in; images released, the index written, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.promote.apply import PromoteApplier
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.promote import AppliedPromote, ApplyPromote


@step
def handler(asked: ApplyPromote) -> AppliedPromote:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    evidence, now = aws.setting("EVIDENCE"), datetime.now(UTC)
    return PromoteApplier(aws.client, aws.client("s3"), evidence, ledger, now).apply(asked)
