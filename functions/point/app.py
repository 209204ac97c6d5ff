"""A pointer that is to be set in; what it was seen to hold, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.point import Pointer
from goldsmith.ledger import ledger
from goldsmith.promotion import Pointed, Pointing
from goldsmith.step import step


@step
def handler(asked: Pointing) -> Pointed:
    return Pointer(aws.client, ledger(), datetime.now(UTC)).point(asked)
