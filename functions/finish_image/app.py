"""An AMI that is no longer pending in; available, wholly tagged and protected out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.image import finish
from goldsmith.building import Finish
from goldsmith.ledger import ledger
from goldsmith.outcome import Made
from goldsmith.step import step


@step
def handler(asked: Finish) -> Made:
    return finish(asked, ledger=ledger(), ec2=aws.client("ec2"), now=datetime.now(UTC))
