"""An AMI that arrived in; named, shared, dated and protected, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.finish_copy import Finisher
from goldsmith.distribution import Finished, Finishing
from goldsmith.ledger import ledger
from goldsmith.step import step


@step
def handler(asked: Finishing) -> Finished:
    return Finisher(aws.client, ledger(), datetime.now(UTC)).finish(asked)
