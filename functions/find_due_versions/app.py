"""The schedule in; one event on all versions that crossed an age threshold out."""

from goldsmith.act.retire.find_due import DailySweep, Found, finder
from goldsmith.step import step


@step
def handler(_: DailySweep) -> Found:
    return finder().find()
