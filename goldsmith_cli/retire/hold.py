"""`goldsmith hold` and `goldsmith release`: say that a version stays, until when and why, and that it need not."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console

from goldsmith.model import VersionRef
from goldsmith.policy.retain import last_day
from goldsmith.values.restore import HoldChanged, VersionRequest
from goldsmith.vocabulary import EventType
from goldsmith_cli.days import day, refuse, today
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import await_word, since
from goldsmith_cli.verify import Named, told, version_of

console = Console()
PERSON: Final = "person"

Why = Annotated[str, typer.Option("--reason", help="Why it must stay; it is written on every copy.")]
Until = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE|+30d", help="The last day of the hold; without it, it has no end."),
]


def hold(named: Named, *, reason: Why, until: Until = None, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Keep a version whatever its age, in every account and region.

    With --follow, exit 1 unless every place was reached.
    """
    if until and until < today():
        raise refuse(f"{until} is past: a hold until then keeps nothing")
    if until is None and last_day(reason.strip()):
        raise refuse(f"a reason that begins with a date would be taken for the end of the hold: --until {reason[:10]}")
    version = version_of(named)
    _ask(
        VersionRequest(family=version.family, version=version.version, by=PERSON, reason=reason, until=until),
        Deployment(stack, boto3.Session()),
        follow=follow,
    )


def release(named: Named, *, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Take the hold of a version away: it goes on its way out if nothing else keeps it.

    With --follow, exit 1 unless every place was reached.
    """
    version = version_of(named)
    _ask(
        VersionRequest(family=version.family, version=version.version, by=PERSON, hold=False),
        Deployment(stack, boto3.Session()),
        follow=follow,
    )


def _ask(asked: VersionRequest, deployment: Deployment, *, follow: bool) -> None:
    version = VersionRef(family=asked.family, version=asked.version)
    named = f"{version.family}@{version.version}"
    before = list(told(deployment, version))
    deployment.put(EventType.HOLD_REQUESTED, asked.model_dump(mode="json", by_alias=True))
    if not follow:
        console.print(f"asked for {named}; `goldsmith explain {named}` tells what became of it", soft_wrap=True)
        return
    word = "written on" if asked.hold else "taken from"
    said = await_word(
        lambda: [each for each in since(before, told(deployment, version)) if answers(asked, each[2])],
        {EventType.IMAGE_HELD},
        console=console,
        what=f"the hold is {word} every copy",
    )
    if said is None:
        raise silence(named)
    held = HoldChanged.model_validate(said[2])
    console.print("\n".join(reached(held)), soft_wrap=True, highlight=False, markup=False)
    if held.failures or not held.images:
        raise typer.Exit(1)


def silence(named: str) -> typer.Exit:
    """Nobody answered."""
    where = "docs/operations.md says where undelivered events lie"
    console.print(f"nobody said what became of {named}; {where}", soft_wrap=True)
    return typer.Exit(1)


def answers(asked: VersionRequest, detail: dict[str, Any]) -> bool:
    """Others may ask for the opposite meanwhile."""
    return detail.get("by") == asked.by and bool(detail.get("hold")) == asked.hold


def reached(held: HoldChanged) -> Iterator[str]:
    """What was changed, a line for each AMI, and where not and why."""
    named = f"{held.family} {held.version}"
    if held.images:
        yield f"{named} is held: {held.hold}" if held.hold else f"{named} is not held any more"
    elif not held.failures:
        yield f"{named}: there is no AMI of it in any place of this deployment"
    yield from (f"  {each['account']} {each['region']}: {each['imageId']}" for each in held.images)
    for each in held.failures:
        yield f"  {each.image.account} {each.image.region} was not reached: {each.error}"
