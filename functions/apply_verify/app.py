"""A decision of the gate in; the stage that it gives the images, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.verify.apply import apply_verify
from goldsmith.step import step
from goldsmith.values.verify_plan import ApplyVerify, VerifyReport


@step
def handler(asked: ApplyVerify) -> VerifyReport:
    return apply_verify(asked, ec2=aws.client("ec2"), now=datetime.now(UTC))
