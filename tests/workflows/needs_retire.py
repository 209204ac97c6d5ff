"""What of a sweep and of the way back is refused in each state, and each way that it goes on from there."""

from collections.abc import Callable
from typing import Final

from tests.workflows.estates import aside, ask, buried, fallen, nobodys, quiet, start_cold, sweep
from tests.workflows.refusals import Case, name_of, not_invoked
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
    principal = name_of(estate.at, "FindDueVersionsRole")
    estate.at.tell("weather", service="s3", operation="PutObject", principal=principal, effect="deny")
    swept(estate)


def held(estate: Estate) -> None:
    ask(estate, nobodys(), "Hold Requested")


def unheld(estate: Estate) -> None:
    estate.at.tell("weather", service="events", operation="PutEvents", principal="ChangeHoldRole", effect="deny")
    held(estate)


def unanswered(estate: Estate) -> None:
    estate.at.tell("weather", service="events", operation="PutEvents", principal="RestoreRole", effect="deny")
    restored(estate)


NEEDS: Final[dict[Case, Callable[[Estate], None]]] = {
    ("FindDueVersionsRole", "sts:AssumeRole", ""): entered_anew(
        "FindDueVersions", swept
    ),  # a place unseen is told of, and the sweep goes on
    ("FindDueVersionsRole", "events:PutEvents", ""): swept,
    ("FindDueVersionsRole", "sqs:SendMessage", ""): lost,
    ("FindDueVersionsDailySweepRole", "lambda:InvokeFunction", ""): swept,
    ("FindDueVersionsDailySweepRole", "sqs:SendMessage", ""): lambda own: not_invoked(
        own.at, "FindDueVersionsDailySweepRole", "FindDueVersions"
    ),
    ("ReadInventoryRole", "sts:AssumeRole", ""): entered_anew("ReadInventory", swept),  # the same
    ("ReadInventoryRole", "s3:PutObject", "retire/Read inventory"): swept,
    ("RecheckRetireRole", "sts:AssumeRole", ""): entered_anew("RecheckRetire", half_disabled),  # the same
    ("RecheckRetireRole", "s3:GetObject", "retire/Recheck"): swept,
    ("FactsRetireRole", "s3:GetObject", "retire/Collect facts"): swept,
    ("ApplyRetireRole", "s3:PutObject", ""): half_disabled,  # that version is told to have failed, and the others go on
    ("ApplyRetireRole", "events:PutEvents", "retire/Apply"): swept,
    ("RestoreRole", "sts:AssumeRole", ""): entered_anew("Restore", restored),  # the restoration is told to have failed
    ("RestoreRole", "s3:ListBucket", ""): restored,
    ("RestoreRole", "sqs:SendMessage", ""): unanswered,
    ("ChangeHoldRole", "sts:AssumeRole", ""): entered_anew("ChangeHold", held),  # the place is told of
    ("ChangeHoldRole", "events:PutEvents", ""): held,
    ("ChangeHoldRole", "sqs:SendMessage", ""): unheld,
    ("RetireWorkflowRole", "lambda:InvokeFunction", ""): swept,
    ("RetireWorkflowRole", "events:PutEvents", "retire/Report sweep ended"): swept,
}
