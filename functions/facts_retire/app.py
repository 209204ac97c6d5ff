"""All that a sweep has read in; the facts of the versions that are due, in lists, out."""

from goldsmith.act.retire.facts import weigher
from goldsmith.step import step
from goldsmith.values.sweep import Course, Sweep


@step
def handler(asked: Sweep) -> Course:
    return weigher().weigh(asked)
