"""All that a sweep has read in; the facts of the versions that are due, in lists, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.notify import name_of
from goldsmith.act.retire.facts import store
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.facts import RetireFactsReader
from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.subscriptions import is_heard
from goldsmith.ledger.table import Ledger
from goldsmith.rules import RetireRules
from goldsmith.step import step
from goldsmith.values.sweep import Course, Sweep


@step
def handler(asked: Sweep) -> Course:
    s3, sns, topics = aws.client("s3"), aws.client("sns"), aws.setting("TOPICS")
    ledger, sweeps = Ledger(aws.setting("LEDGER"), aws.client("dynamodb")), Evidence(aws.setting("SWEEPS"), s3)
    reader = RetireFactsReader(
        lines=Families(s3, aws.setting("RECIPES"), ledger),
        sweeps=sweeps,
        evidence=Evidence(aws.setting("EVIDENCE"), s3),
        told=lambda team: is_heard(f"{topics}{name_of(team)}", sns),
        rules=RetireRules(),
        now=datetime.now(UTC),
    )
    return store(asked.run, reader.read(asked), sweeps=sweeps)
