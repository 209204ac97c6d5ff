"""What of a sweep and of the way back is refused in each state, and each way that it goes on from there."""

from collections.abc import Callable
from typing import Final

from tests.workflows.estates import aside, ask, buried, fallen, quiet, start_cold, sweep
from tests.workflows.refusals import Case, not_invoked
from tests.workflows.retiring import Estate


def swept(estate: Estate) -> None:
    """One without a recipe is due."""
    aside(estate)
    sweep(estate)


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
    estate.at.tell("weather", service="s3", operation="PutObject", principal="FindDueRole", effect="deny")
    swept(estate)


def unanswered(estate: Estate) -> None:
    estate.at.tell("weather", service="events", operation="PutEvents", principal="RestoreRole", effect="deny")
    restored(estate)


NEEDS: Final[dict[Case, Callable[[Estate], None]]] = {
    ("FindDueRole", "sts:AssumeRole", ""): entered_anew(
        "FindDue", swept
    ),  # a place unseen is told of, and the sweep goes on
    ("FindDueRole", "events:PutEvents", ""): swept,
    ("FindDueRole", "sqs:SendMessage", ""): lost,
    ("FindDueDailySweepRole", "lambda:InvokeFunction", ""): swept,
    ("FindDueDailySweepRole", "sqs:SendMessage", ""): lambda own: not_invoked(
        own.at, "FindDueDailySweepRole", "FindDue"
    ),
    ("LookAroundRole", "sts:AssumeRole", ""): entered_anew("LookAround", swept),  # the same
    ("LookAroundRole", "s3:PutObject", "retire/Look around"): swept,
    ("LookAroundRole", "s3:GetObject", "retire/Look again"): swept,
    ("WeighSweepRole", "s3:GetObject", "retire/Weigh"): swept,
    ("RetireRole", "s3:PutObject", ""): half_disabled,  # that version is told to have failed, and the others go on
    ("RetireRole", "events:PutEvents", "retire/Retire"): swept,
    ("RestoreRole", "sts:AssumeRole", ""): entered_anew("Restore", restored),  # the restoration is told to have failed
    ("RestoreRole", "s3:ListBucket", ""): restored,
    ("RestoreRole", "sqs:SendMessage", ""): unanswered,
    ("RetireWorkflowRole", "lambda:InvokeFunction", ""): swept,
    ("RetireWorkflowRole", "events:PutEvents", "retire/Report the end"): swept,
}
