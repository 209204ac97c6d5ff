"""Where an image is in, what is known about it out.  Reads; changes nothing."""

from goldsmith import aws
from goldsmith.gather.adopt.facts import Strangers
from goldsmith.ledger.table import Ledger
from goldsmith.model import AdoptFacts
from goldsmith.step import step
from goldsmith.values.adopt import Stranger


@step
def handler(asked: Stranger) -> AdoptFacts:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    ec2, s3 = aws.client("ec2", asked.image.region), aws.client("s3")
    return Strangers(ec2=ec2, s3=s3, recipes=aws.setting("RECIPES"), ledger=ledger).gather(asked)
