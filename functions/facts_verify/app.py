"""All that a scan and two hosts have shown in; facts and the change card out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.gather.verify.facts import VerifyFactsReader
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.verify_plan import CollectedFacts, VerifyWork


@step
def handler(asked: VerifyWork) -> CollectedFacts:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    evidence, region = aws.setting("EVIDENCE"), aws.setting("AWS_REGION")
    reader = VerifyFactsReader(aws.client("ec2"), aws.client("s3"), evidence, region, ledger)
    return reader.read(asked, datetime.now(UTC))
