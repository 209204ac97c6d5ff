"""Where a run stands, read from the history that Step Functions keeps of its execution."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

Event = Mapping[str, Any]
ROOT: Final = 0


@dataclass(frozen=True)
class Standing:
    """A state that a run is in; `architecture` and `component` are empty where it is in none."""

    state: str
    since: datetime
    architecture: str = ""
    component: str = ""


def history_of(states: Any, arn: str) -> list[Event]:
    """Every event of an execution, oldest first."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn, maxResults=1000)
    return [event for page in pages for event in page["events"]]


def standings(events: Iterable[Event]) -> list[Standing]:
    """The states that were entered and not left.  Each event knows the one before it, and so its branch."""
    branches: dict[int, int] = {}  # the event that began the branch, by event
    entered: dict[tuple[int, str], Event] = {}
    architectures: dict[int, str] = {}
    components: dict[int, str] = {}
    for event in events:
        branch = branches[event["id"]] = _branch(event, branches)
        if about := event.get("stateEnteredEventDetails"):
            entered[branch, about["name"]] = event
            if about["name"] == "Take up":
                architectures[branch] = _read(about.get("input")).get("architecture", "")
        if about := event.get("stateExitedEventDetails"):
            entered.pop((branch, about["name"]), None)
        if name := _component(event):
            components[branch] = name
    return [
        Standing(name, event["timestamp"], architectures.get(branch, ""), components.get(branch, ""))
        for (branch, name), event in entered.items()
    ]


def _branch(event: Event, branches: Mapping[int, int]) -> int:
    """The event that began the iteration that this one is in; ROOT outside of them, and where they come together."""
    if event["type"] == "MapIterationStarted":
        return int(event["id"])
    return ROOT if event["type"].startswith("MapState") else branches.get(event.get("previousEventId", ROOT), ROOT)


def _component(event: Event) -> str:
    """The component that a task is about, if it is: only `Send` names one."""
    payload = _read(event.get("taskScheduledEventDetails", {}).get("parameters")).get("Payload", {})
    return str(payload.get("name", "")) if isinstance(payload, dict) and "instanceId" in payload else ""


def _read(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}  # cut short by Step Functions
    return found if isinstance(found, dict) else {}
