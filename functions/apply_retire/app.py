"""Decisions on versions in; what was decided is done, and what is left of the sweep goes out."""

from goldsmith.act.retire.apply import retirer
from goldsmith.step import step
from goldsmith.values.sweep import Course, Retiring


@step
def handler(asked: Retiring) -> Course:
    return retirer(asked.course).retire(asked)
