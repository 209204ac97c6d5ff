"""A region that is to have an AMI in; how far its copy is, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.copy import Copier
from goldsmith.distribution import Copied, Copying
from goldsmith.ledger import ledger
from goldsmith.step import step


@step
def handler(asked: Copying) -> Copied:
    return Copier(aws.client, ledger(), datetime.now(UTC)).copy(asked)
