"""A run and its family in, the plan of the build out.  Reads; changes nothing."""

from datetime import UTC, datetime

from goldsmith.gather.build.plan import planner
from goldsmith.step import step
from goldsmith.values.build import Plan, Wanted


@step
def handler(wanted: Wanted) -> Plan:
    return planner().plan(wanted.run, wanted.family, datetime.now(UTC))
