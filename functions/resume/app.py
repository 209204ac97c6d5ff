"""An event of an AWS service in; every wait on the thing that it is about ends."""

from goldsmith import aws
from goldsmith.act.run.wait import resume
from goldsmith.gather.wait_target import told
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event, Resumed
from goldsmith.step import step


@step
def handler(event: Event) -> Resumed:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    sighting = told(event)
    ended = resume(sighting, ledger=ledger, states=aws.client("stepfunctions"))
    return Resumed(sighting=sighting, ended=ended)
