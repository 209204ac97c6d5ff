"""Decisions on versions in; what was decided is done, and what is left of the sweep goes out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.retire.apply import Retirer
from goldsmith.evidence import Evidence
from goldsmith.ledger.table import Ledger
from goldsmith.pace import Paces
from goldsmith.step import step
from goldsmith.values.sweep import Course, Retiring


@step
def handler(asked: Retiring) -> Course:
    role = aws.setting("RETIRER")
    retirer = Retirer(
        client=lambda account: aws.member(account, role),
        evidence=Evidence(aws.setting("EVIDENCE"), aws.client("s3")),
        ledger=Ledger(aws.setting("LEDGER"), aws.client("dynamodb")),
        say=sayer(bus=aws.setting("BUS"), events=aws.client("events")),
        paces=Paces(asked.course.paces),
        now=datetime.now(UTC),
    )
    return retirer.retire(asked)
