"""All that a scan and two hosts have shown in; facts and the change card out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.gather.verify.facts import Weigher
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.verify_plan import Weighed, Weighing


@step
def handler(asked: Weighing) -> Weighed:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    evidence, region = aws.setting("EVIDENCE"), aws.setting("AWS_REGION")
    weigher = Weigher(aws.client("ec2"), aws.client("s3"), evidence, region, ledger)
    return weigher.weigh(asked, datetime.now(UTC))
