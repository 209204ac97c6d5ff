"""An AMI that is no longer pending in; available, wholly tagged and protected out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.build.image import finish
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.build import Finish
from goldsmith.values.outcome import Made


@step
def handler(asked: Finish) -> Made:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return finish(asked, ledger=ledger, ec2=aws.client("ec2"), now=datetime.now(UTC))
