"""A run and its family in, the plan of the build out.  Reads; changes nothing."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.gather.build.plan import Planner
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.build import Plan, Wanted


@step
def handler(wanted: Wanted) -> Plan:
    planner = Planner(
        region=aws.setting("AWS_REGION"),
        recipes=aws.setting("RECIPES"),
        machines=aws.setting("STATE_MACHINES"),
        ledger=Ledger(aws.setting("LEDGER"), aws.client("dynamodb")),
        client=aws.client,
    )
    return planner.plan(wanted.run, wanted.family, datetime.now(UTC))
