"""`goldsmith build` and `goldsmith status`: ask for a build, watch it, see what runs and what became of the last."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console
from rich.live import Live

from cli.build_show import failures, families_table, outcome, run_table
from cli.deployment import Deployment, Follow, Stack
from cli.runs import Standing, history_of, standings
from goldsmith.model import FamilyRef
from goldsmith.run import execution_arn
from goldsmith.vocabulary import EventType, Verb

console = Console()
LOOK_EVERY_S: Final = 1.0
ENDS: Final = {EventType.IMAGE_BUILT, EventType.BUILD_FAILED, EventType.BUILD_REFUSED, EventType.RUN_ENDED}
LAST, FEW = 8, 2  # builds that are shown of one family, and of each of many

Family = Annotated[str, typer.Argument(help="The image family, e.g. webapp-prod.", show_default=False)]
Families = Annotated[str | None, typer.Argument(help="One family; all that have a recipe if not given.")]
Again = Annotated[
    bool, typer.Option("--again", help="Build although nothing changed, it is frozen, or it failed too often.")
]


def build(family: Family, *, again: Again = False, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Ask Goldsmith to build an image family.  With --follow, exit 1 unless it is built."""
    deployment = Deployment(stack, boto3.Session())
    place = FamilyRef(family=family).place
    heard = sum(1 for _ in deployment.ledger.history(place))
    deployment.put(EventType.BUILD_REQUESTED, {"family": family, "by": "person", "again": again})
    if not follow:
        console.print(f"asked for a build of {family}; `goldsmith status {family}` tells what becomes of it")
        return
    kind, detail = _follow(deployment, family, lambda: list(deployment.ledger.history(place))[heard:])
    console.print(outcome(kind, detail))
    if kind == EventType.BUILD_FAILED:
        console.print(failures(detail), soft_wrap=True)
    if kind != EventType.IMAGE_BUILT:
        raise typer.Exit(1)


def status(family: Families = None, *, stack: Stack = "goldsmith") -> None:
    """Show what is being built, where it stands, since when, and what became of the last builds."""
    deployment = Deployment(stack, boto3.Session())
    running = dict(_running(deployment))
    for name in [family] if family else sorted(deployment.families() | running.keys()):
        for run, stands in running.get(name, {}).items():
            console.print(run_table(run, stands, datetime.now(UTC)))
        ended = [e for e in deployment.ledger.history(FamilyRef(family=name).place) if e[1] in ENDS]
        console.print(families_table(name, ended[-LAST if family else -FEW :]))


def _follow(deployment: Deployment, family: str, news: Callable[[], list[Any]]) -> tuple[str, dict[str, Any]]:
    """Show where the run stands until something is said that ends it; what was said."""
    with Live(console=console, transient=True) as live:
        while True:
            for _, kind, detail in news():
                if kind in ENDS:
                    return kind, detail
            for run, stands in dict(_running(deployment)).get(family, {}).items():
                live.update(run_table(run, stands, datetime.now(UTC)))
            time.sleep(LOOK_EVERY_S)


def _running(deployment: Deployment) -> Iterator[tuple[str, dict[str, list[Standing]]]]:
    """Where each live build stands, by family and run; a family has one at most."""
    states, machines = deployment.session.client("stepfunctions"), deployment.outputs["StateMachines"]
    pages = states.get_paginator("list_executions").paginate(
        stateMachineArn=f"{machines}{Verb.BUILD}", statusFilter="RUNNING"
    )
    for run in (each["name"] for page in pages for each in page["executions"]):
        events = history_of(states, execution_arn(machines, run))
        family = run.removeprefix(f"{Verb.BUILD}-").rpartition("-")[0]
        yield family, {run: standings(events)}
