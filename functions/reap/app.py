"""Ends what a run left behind: when it has ended, when it says that it failed, when asked to clear up or to sweep."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import say
from goldsmith.act.run.reap import Reaper
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.reap import ClearUp, ReapedRun, ReapReport, RunFailed, SweepSchedule
from goldsmith.vocabulary import EventType


@step
def handler(given: Event | SweepSchedule | ClearUp | RunFailed) -> ReapReport | ReapedRun:
    reaper = Reaper(
        ledger=Ledger(aws.setting("LEDGER"), aws.client("dynamodb")),
        states=aws.client("stepfunctions"),
        client=aws.client,
        regions=aws.setting("REGIONS").split(","),
        machines=aws.setting("STATE_MACHINES"),
        report=lambda reaped: say(EventType.RUN_ENDED, reaped, bus=aws.setting("BUS"), events=aws.client("events")),
        now=lambda: datetime.now(UTC),
    )
    return reaper.hear(given)
