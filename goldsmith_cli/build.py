"""`goldsmith build` and `goldsmith status`: ask for a build, watch it, see what runs and what became of the last."""

from datetime import UTC, datetime
from typing import Annotated, Final

import boto3
import typer
from rich.console import Console

from goldsmith.model import FamilyRef
from goldsmith.vocabulary import EventType
from goldsmith_cli.build_show import failures, families_table, outcome, run_table
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import follow as watch
from goldsmith_cli.following import running, since

console = Console()
ENDS: Final = {EventType.IMAGE_BUILT, EventType.BUILD_FAILED, EventType.BUILD_REFUSED, EventType.RUN_ENDED}
SHOWN: Final = ENDS | {
    EventType.IMAGE_VERIFIED,
    EventType.IMAGE_REJECTED,
    EventType.IMAGE_DISTRIBUTED,
    EventType.DISTRIBUTION_FAILED,
    EventType.IMAGE_PROMOTED,
    EventType.PROMOTION_REFUSED,
    EventType.PROMOTION_FAILED,
}
LAST, FEW = 8, 2  # ends that are shown of one family, and of each of many

Family = Annotated[str, typer.Argument(help="The image family, e.g. webapp-prod.", show_default=False)]
Families = Annotated[str | None, typer.Argument(help="One family; all that have a recipe if not given.")]
Again = Annotated[
    bool, typer.Option("--again", help="Build although nothing changed, it is frozen, or it failed too often.")
]


def build(family: Family, *, again: Again = False, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Ask Goldsmith to build an image family.  With --follow, exit 1 unless it is built."""
    deployment = Deployment(stack, boto3.Session())
    place = FamilyRef(family=family).place
    before = list(deployment.ledger.history(place))
    deployment.put(EventType.BUILD_REQUESTED, {"family": family, "by": "person", "again": again})
    if not follow:
        console.print(f"asked for a build of {family}; `goldsmith status {family}` tells what becomes of it")
        return
    kind, detail = watch(
        deployment, family, lambda: since(before, deployment.ledger.history(place)), ENDS, console=console
    )
    console.print(outcome(kind, detail))
    if kind == EventType.BUILD_FAILED:
        console.print(failures(detail), soft_wrap=True)
    if kind != EventType.IMAGE_BUILT:
        raise typer.Exit(1)


def status(family: Families = None, *, stack: Stack = "goldsmith") -> None:
    """Show what is under way, where it stands, since when, and what became of the last runs."""
    deployment = Deployment(stack, boto3.Session())
    live = running(deployment)
    for name in [family] if family else sorted(deployment.families() | live.keys()):
        for run, stands in live.get(name, {}).items():
            console.print(run_table(run, stands, datetime.now(UTC)))
        ended = [e for e in deployment.ledger.history(FamilyRef(family=name).place) if e[1] in SHOWN]
        console.print(families_table(name, ended[-LAST if family else -FEW :]))
