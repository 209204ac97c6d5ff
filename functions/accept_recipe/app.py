"""An uploaded bundle in; accepted or refused, and said so on the bus."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.recipe.accept import Acceptor
from goldsmith.act.recipe.check import Taken
from goldsmith.act.recipe.schedule import Schedules
from goldsmith.model import Event
from goldsmith.step import step


@step
def handler(event: Event) -> Taken:
    schedules = Schedules(
        scheduler=aws.client("scheduler"),
        group=aws.setting("SCHEDULES"),
        bus=aws.setting("BUS_ARN"),
        role=aws.setting("SCHEDULE_ROLE"),
        dead_letters=aws.setting("UNDELIVERED"),
    )
    say = sayer(bus=aws.setting("BUS"), events=aws.client("events"))
    acceptor = Acceptor(s3=aws.client("s3"), bucket=aws.setting("RECIPES"), schedules=schedules, say=say)
    return acceptor.accept(event, datetime.now(UTC).date())
