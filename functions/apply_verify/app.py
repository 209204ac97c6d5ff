"""A decision of the gate in; the stage that it gives the images, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.verify.apply import settle
from goldsmith.step import step
from goldsmith.values.verify_plan import Settled, Settling


@step
def handler(asked: Settling) -> Settled:
    return settle(asked, ec2=aws.client("ec2"), now=datetime.now(UTC))
