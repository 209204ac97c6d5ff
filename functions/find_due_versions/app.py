"""The schedule in; one event on all versions that crossed an age threshold out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.retire.find_due import DailySweep, Finder, Found
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.due import Calendar
from goldsmith.gather.retire.families import Families
from goldsmith.ledger.table import Ledger
from goldsmith.rules import RetireRules
from goldsmith.step import step
from goldsmith.values.retire import account_regions


@step
def handler(_: DailySweep) -> Found:
    ledger, s3, now = Ledger(aws.setting("LEDGER"), aws.client("dynamodb")), aws.client("s3"), datetime.now(UTC)
    lines, role = Families(s3, aws.setting("RECIPES"), ledger), aws.setting("READER")
    finder = Finder(
        calendar=Calendar(lines, lambda account: aws.member(account, role), RetireRules(), now),
        places=account_regions(aws.setting("ACCOUNTS"), aws.setting("REGIONS")),
        sweeps=Evidence(aws.setting("SWEEPS"), s3),
        say=sayer(bus=aws.setting("BUS"), events=aws.client("events")),
        now=now,
    )
    return finder.find()
