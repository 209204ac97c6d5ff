"""A stopped builder in, the AMI that is made of it out: pending, and tagged as ours."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.build.image import create
from goldsmith.ledger.table import Ledger
from goldsmith.model import ImageRef
from goldsmith.step import step
from goldsmith.values.build import Create


@step
def handler(asked: Create) -> ImageRef:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return create(asked, ledger=ledger, ec2=aws.client("ec2"), now=datetime.now(UTC))
