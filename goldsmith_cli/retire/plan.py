"""`goldsmith plan retire`: what will be retired when, and what stays and why.  It only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final

import boto3
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from goldsmith.message.texts import MEANS
from goldsmith.values.retire import RetireStep
from goldsmith_cli.days import day, refuse, today
from goldsmith_cli.deployment import Deployment, Stack
from goldsmith_cli.retire.foresight import Foresight, Kept, Planned
from goldsmith_cli.retire.outlook import Outlook, look

console = Console()
plan = typer.Typer(help="What is going to happen; nothing is changed.", no_args_is_help=True)
CANNOT_TELL: Final = 2
ONLY_A_SWEEP: Final = (
    "These are the earliest days. Who uses an image, here or in another account, is looked at only by the sweep "
    "itself, just before each step: what is used stays. Images of other accounts are not in this table."
)

Date = Annotated[
    date, typer.Option("--date", parser=day, metavar="DATE|+90d", help="The last day to look at.", show_default="+90d")
]
Price = Annotated[float, typer.Option(min=0, help="Dollars for a GiB of snapshots and a month.")]


@dataclass(frozen=True)
class Freed:
    """A step, and the GiB of snapshots that go with it."""

    family: str
    planned: Planned
    gib: int


@plan.callback()
def about() -> None:
    """Keep `retire` a word of its own, though it is alone."""


@plan.command()
def retire(*, until: Date = "+90d", price: Price = 0.05, stack: Stack = "goldsmith") -> None:  # type: ignore[assignment]
    """Show which version takes which step when, what that frees, and what stays and why.

    Exit 2: something could not be read, so that steps may be missing.
    """
    if until < today():
        raise refuse(f"{until} is past: nothing can be planned until then")
    outlook, now = look(Deployment(stack, boto3.Session())), datetime.now(UTC)
    freed, kept = list[Freed](), list[tuple[str, Kept]]()
    for family in outlook.families:
        ahead = Foresight(outlook.line(family), outlook.is_told(family), now)
        freed += [Freed(family, each, _gib(outlook, each)) for each in ahead.until(until)]
        kept += [(family, each) for each in ahead.kept()]
    freed.sort(key=lambda each: (each.planned.day, each.family, each.planned.version))
    console.print(steps_table(freed, price) if freed else f"nothing is due until {until}")
    console.print(kept_table(kept, until) if kept else "nothing is left then")
    console.print(ONLY_A_SWEEP)
    for doubt in outlook.doubts:
        console.print(f"could not be read: {doubt}", style="yellow", markup=False, soft_wrap=True)
    if outlook.doubts:
        raise typer.Exit(CANNOT_TELL)


def _gib(outlook: Outlook, planned: Planned) -> int:
    """What is freed at most: blocks that another snapshot shares stay."""
    if planned.step is not RetireStep.DEREGISTER:
        return 0
    gone = {copy.image.image_id for copy in planned.copies}
    return sum(image.snapshot_gib for image in outlook.images if image.image_id in gone)


def steps_table(freed: list[Freed], price: float) -> Table:
    total = sum(each.gib for each in freed)
    table = Table("day", "version", "step", "AMIs", "GiB", "a month, at most", title="What comes")
    for column in table.columns[3:]:
        column.justify = "right"
    for each in freed:
        planned, gone = each.planned, each.planned.step is RetireStep.DEREGISTER
        sums = (f"{each.gib:,}", f"${each.gib * price:,.2f}") if gone else ("", "")
        named = f"{each.family}@{planned.version}"
        table.add_row(str(planned.day), escape(named), planned.step, str(len(planned.copies)), *sums)
    table.add_section()
    table.add_row("all", "", "", "", f"{total:,}", f"${total * price:,.2f}")
    return table


def kept_table(kept: list[tuple[str, Kept]], until: date) -> Table:
    table = Table("version", "stage", "why", title=f"What is there on {until}")
    for family, each in kept:
        table.add_row(escape(f"{family}@{each.version}"), each.stage, "\n".join(_why(each)))
    return table


def _why(kept: Kept) -> Iterator[str]:
    yield from (MEANS[reason] for reason in kept.reasons)
    if kept.next and kept.next.at is None:
        yield "its tags do not say since when it is in its stage"
    elif kept.next and kept.next.at and not kept.reasons:
        yield f"next is {kept.next.step}, not before {kept.next.at:%Y-%m-%d}"
