"""Where a run stands, read from the history that Step Functions keeps of its execution."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """A state that a run is in; `architecture` (and region), `component` and `twin` are empty where it is in none."""

    state: str
    since: datetime
    architecture: str = ""
    component: str = ""
    twin: str = ""


def history_of(states: Any, arn: str) -> list[Event]:
    """Every event of an execution, oldest first."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn, maxResults=1000)
    return [event for page in pages for event in page["events"]]


@dataclass
class _Branch:
    """An iteration of a Map, or the run itself."""

    outer: "_Branch | None" = None
    architecture: str = ""
    component: str = ""
    twin: str = ""
    entered: dict[str, Event] = field(default_factory=dict)

    def enters(self, event: Event) -> None:
        name, given = event["stateEnteredEventDetails"]["name"], event["stateEnteredEventDetails"].get("input")
        self.entered[name] = event
        if name == "Take up":
            about = _read(given)
            self.architecture = " ".join(filter(None, (about.get("architecture"), about.get("region"))))
        if name == "Take up host":
            self.twin = str(given or "").strip('"')

    def leaves(self, name: str) -> "_Branch":
        """The branch that the state was entered in: what comes after a Map is outside of its iterations."""
        branch = self
        while name not in branch.entered and branch.outer:
            branch = branch.outer
        branch.entered.pop(name, None)
        return branch


def standings(events: Iterable[Event]) -> list[Standing]:
    """The states that were entered and not left.  Each event knows the one before it, and so its branch."""
    every = [root := _Branch()]
    branches: dict[int, _Branch] = {}  # by event
    for event in events:
        branch = branches.get(event.get("previousEventId", 0), root)
        if event["type"] == "MapIterationStarted":
            every.append(branch := _Branch(branch, branch.architecture))
        if "stateEnteredEventDetails" in event:
            branch.enters(event)
        if about := event.get("stateExitedEventDetails"):
            branch = branch.leaves(about["name"])
        if name := _component(event):
            branch.component = name
        branches[event["id"]] = branch
    return [
        Standing(name, event["timestamp"], each.architecture, each.component, each.twin)
        for each in every
        for name, event in each.entered.items()
    ]


def _component(event: Event) -> str:
    """The component that a task is about, if it is: only `Send command` names one."""
    payload = _read(event.get("taskScheduledEventDetails", {}).get("parameters")).get("Payload", {})
    return str(payload.get("name", "")) if isinstance(payload, dict) and "instanceId" in payload else ""


def _read(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}  # cut short by Step Functions
    return found if isinstance(found, dict) else {}
