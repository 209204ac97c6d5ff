"""What needs each permission of a sweep and of the way back: the smallest part of one."""

from collections.abc import Callable
from typing import Final

from tests.workflows.estates import LONG_AGO, VERSION, aside, ask, buried, fallen, quiet, start_cold, sweep
from tests.workflows.refusals import not_invoked
from tests.workflows.retiring import Estate


def swept(estate: Estate) -> None:
    """One without a recipe is due."""
    aside(estate)
    sweep(estate)


def with_a_recipe(estate: Estate) -> None:
    estate.version(estate.family(), VERSION, "rejected", days=LONG_AGO)
    sweep(estate.born())


def announced(estate: Estate) -> None:
    family = estate.family()
    estate.current(family).version(family, VERSION, days=LONG_AGO)
    sweep(estate.born())


def half_disabled(estate: Estate) -> None:
    fallen(estate)
    sweep(estate)


def restored(estate: Estate) -> None:
    ask(estate, buried(estate).tags()["goldsmith:family"])


def entered_anew(function: str, need: Callable[[Estate], None]) -> Callable[[Estate], None]:
    def needs(estate: Estate) -> None:
        quiet(estate)
        start_cold(estate.at, function)
        need(estate)

    return needs


def lost(estate: Estate) -> None:
    estate.at.tell("weather", service="dynamodb", operation="Query", principal="FindDueRole", effect="deny")
    swept(estate)


def unanswered(estate: Estate) -> None:
    estate.at.tell("weather", service="events", operation="PutEvents", principal="RestoreRole", effect="deny")
    restored(estate)


NEEDS: Final[dict[tuple[str, str], Callable[[Estate], None]]] = {
    ("FindDueRole", "sts:AssumeRole"): entered_anew("FindDue", swept),
    ("FindDueRole", "s3:GetObject"): with_a_recipe,
    ("FindDueRole", "s3:ListBucket"): swept,
    ("FindDueRole", "dynamodb:Query"): swept,
    ("FindDueRole", "s3:PutObject"): swept,
    ("FindDueRole", "events:PutEvents"): swept,
    ("FindDueRole", "sqs:SendMessage"): lost,
    ("FindDueDailySweepRole", "lambda:InvokeFunction"): swept,
    ("FindDueDailySweepRole", "sqs:SendMessage"): lambda own: not_invoked(own.at, "FindDueDailySweepRole", "FindDue"),
    ("LookAroundRole", "sts:AssumeRole"): entered_anew("LookAround", swept),
    ("LookAroundRole", "s3:GetObject"): swept,
    ("LookAroundRole", "s3:PutObject"): swept,
    ("WeighSweepRole", "s3:GetObject"): swept,
    ("WeighSweepRole", "s3:PutObject"): swept,
    ("WeighSweepRole", "s3:ListBucket"): swept,
    ("WeighSweepRole", "dynamodb:Query"): swept,
    ("WeighSweepRole", "sns:GetTopicAttributes"): with_a_recipe,
    ("RetireRole", "sts:AssumeRole"): entered_anew("Retire", swept),
    ("RetireRole", "s3:PutObject"): half_disabled,
    ("RetireRole", "s3:ListBucket"): half_disabled,
    ("RetireRole", "dynamodb:PutItem"): announced,
    ("RetireRole", "events:PutEvents"): swept,
    ("RestoreRole", "sts:AssumeRole"): entered_anew("Restore", restored),
    ("RestoreRole", "s3:GetObject"): restored,
    ("RestoreRole", "s3:ListBucket"): restored,
    ("RestoreRole", "events:PutEvents"): restored,
    ("RestoreRole", "sqs:SendMessage"): unanswered,
    ("RetireWorkflowRole", "lambda:InvokeFunction"): swept,
    ("RetireWorkflowRole", "events:PutEvents"): swept,
}
