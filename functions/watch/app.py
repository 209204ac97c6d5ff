"""A task token in, noted; what it waits for is looked at, and if that is done the wait ends here."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.run.wait import watch
from goldsmith.gather.wait_target import look
from goldsmith.ledger.table import Ledger
from goldsmith.model import Sighting, Wait
from goldsmith.step import step


@step
def handler(wait: Wait) -> Sighting:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    return watch(
        wait,
        ledger=ledger,
        look=lambda: look(wait.thing, client=aws.client),
        states=aws.client("stepfunctions"),
        now=datetime.now(UTC),
    )
