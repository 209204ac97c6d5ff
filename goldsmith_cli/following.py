"""What runs, and how it goes on: the runs of all verbs that make and try images, watched until something ends them."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from goldsmith.run import execution_arn
from goldsmith.vocabulary import Verb
from goldsmith_cli.build_show import run_table
from goldsmith_cli.deployment import Deployment
from goldsmith_cli.runs import Event, Standing, history_of, standings

LOOK_EVERY_S: Final = 1.0
PATIENCE_S: Final = 15 * 60  # no function works for longer
Told = tuple[str, str, dict[str, Any]]  # when, event type, detail


def since(before: Collection[Told], history: Iterable[Told]) -> list[Told]:
    """What was said since: events of one second stand in any order, so that a new one may come before an old one."""
    return [each for each in history if each not in before]


def running(deployment: Deployment) -> dict[str, dict[str, list[Standing]]]:
    """Where each live run stands, by family and run."""
    found: dict[str, dict[str, list[Standing]]] = {}
    for run, events in _live(deployment):
        if events:
            given = json.loads(events[0]["executionStartedEventDetails"]["input"])
            found.setdefault(given["family"], {})[run] = standings(events)
    return found


def follow(
    deployment: Deployment, family: str, news: Callable[[], list[Told]], ends: Collection[str], *, console: Console
) -> tuple[str, dict[str, Any]]:
    """Show where the family's runs stand until one of `ends` is said; what was said."""
    with Live(console=console, transient=True) as live:
        while True:
            for _, kind, detail in news():
                if kind in ends:
                    return kind, detail
            for run, stands in running(deployment).get(family, {}).items():
                live.update(run_table(run, stands, datetime.now(UTC)))
            time.sleep(LOOK_EVERY_S)


def await_word(news: Callable[[], list[Told]], ends: Collection[str], *, console: Console, what: str) -> Told | None:
    """What is said in the end of something that no run does; None if nobody says anything."""
    until = time.monotonic() + PATIENCE_S
    with console.status(f"waiting until {what}"):
        while time.monotonic() < until:
            if said := next((each for each in news() if each[1] in ends), None):
                return said
            time.sleep(LOOK_EVERY_S)
    return None


def _live(deployment: Deployment) -> Iterator[tuple[str, list[Event]]]:
    states, machines = deployment.session.client("stepfunctions"), deployment.outputs["StateMachines"]
    for verb in (Verb.BUILD, Verb.VERIFY, Verb.DISTRIBUTE, Verb.PROMOTE):
        pages = states.get_paginator("list_executions").paginate(
            stateMachineArn=f"{machines}{verb}", statusFilter="RUNNING"
        )
        for run in (each["name"] for page in pages for each in page["executions"]):
            yield run, history_of(states, execution_arn(machines, run))
