"""Where a run stands, from histories as Step Functions tells them."""

import json
from datetime import UTC, datetime
from typing import Any

from goldsmith_cli.runs import Standing, standings

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BOTH = ("arm64", "x86_64")


class History:
    """Events in their order; each says which came before it."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, after: int = 0, **details: Any) -> int:
        self.events.append(
            {"id": len(self.events) + 1, "previousEventId": after, "type": kind, "timestamp": NOW, **details}
        )
        return len(self.events)

    def enters(self, name: str, after: int, kind: str = "Task", **given: Any) -> int:
        about = {"name": name, "input": json.dumps(given)}
        return self.add(f"{kind}StateEntered", after, stateEnteredEventDetails=about)

    def leaves(self, name: str, after: int, kind: str = "Task") -> int:
        return self.add(f"{kind}StateExited", after, stateExitedEventDetails={"name": name})

    def sends(self, after: int, component: str) -> int:
        asked = json.dumps({"Payload": {"name": component, "instanceId": "i-1"}})
        return self.add("TaskScheduled", after, taskScheduledEventDetails={"parameters": asked})


def side_by_side() -> tuple[History, dict[str, int]]:
    """A history up to where each architecture has taken up its part; the last event of each."""
    history = History()
    history.add("ExecutionStarted")
    started = history.add("MapStateStarted", history.enters("Build each", 0, "Map"))
    last = {}
    for architecture in BOTH:
        began = history.add("MapIterationStarted", started)
        last[architecture] = history.leaves(
            "Take up", history.enters("Take up", began, "Pass", architecture=architecture)
        )
    return history, last


def seen(history: History) -> set[tuple[str, str, str]]:
    return {(each.state, each.architecture, each.component) for each in standings(history.events)}


def test_nothing_has_begun():
    assert standings([]) == []


def test_before_the_architectures_part():
    history = History()
    history.enters("Plan", history.add("ExecutionStarted"))
    assert standings(history.events) == [Standing("Plan", NOW)]


def test_each_architecture_stands_in_a_state_of_its_own():
    history, last = side_by_side()
    history.enters("Await host", last["arm64"])
    sent = history.sends(history.enters("Send command", last["x86_64"]), "nginx")
    history.enters("Await command", history.leaves("Send command", sent))

    assert seen(history) == {
        ("Build each", "", ""),
        ("Await host", "arm64", ""),
        ("Await command", "x86_64", "nginx"),
    }


def test_where_they_come_together_there_is_no_architecture():
    history, last = side_by_side()
    done = history.leaves("Build each", history.add("MapStateSucceeded", last["arm64"]), "Map")
    history.enters("Decide", done)

    assert seen(history) == {("Decide", "", "")}


def test_what_was_cut_short_is_no_error():
    history, last = side_by_side()
    history.events[-2]["stateEnteredEventDetails"]["input"] = '{"architecture": "x86'
    history.enters("Launch host", last["x86_64"])

    assert ("Launch host", "", "") in seen(history)


def on_trial() -> tuple[History, dict[str, int]]:
    """A verification up to where both hosts of one architecture have been taken up; the last event of each."""
    history = History()
    started = history.add("MapStateStarted", history.enters("Verify each", 0, "Map"))
    began = history.add("MapIterationStarted", started)
    took = history.leaves("Take up", history.enters("Take up", began, "Pass", architecture="arm64"), "Pass")
    parallel = history.enters("Scan and test", took, "Parallel")
    history.enters("Await scan", parallel)
    twins = history.add("MapStateStarted", history.enters("Test hosts", parallel, "Map"))
    last = {}
    for twin in ("a", "b"):
        taken = history.add("MapIterationStarted", twins)
        about = {"name": "Take up host", "input": json.dumps(twin)}
        entered = history.add("PassStateEntered", taken, stateEnteredEventDetails=about)
        last[twin] = history.leaves("Take up host", entered, "Pass")
    return history, last


def hosts(history: History) -> set[tuple[str, str, str, str]]:
    return {(each.state, each.architecture, each.twin, each.component) for each in standings(history.events)}


def test_both_hosts_of_an_architecture_and_its_scan():
    history, last = on_trial()
    history.enters("Await agent", last["a"])
    history.enters("Await test", history.sends(last["b"], "boot"))

    assert hosts(history) == {
        ("Verify each", "", "", ""),
        ("Scan and test", "arm64", "", ""),
        ("Await scan", "arm64", "", ""),
        ("Test hosts", "arm64", "", ""),
        ("Await agent", "arm64", "a", ""),
        ("Await test", "arm64", "b", "boot"),
    }


def test_what_comes_after_the_hosts_is_of_the_architecture_again():
    history, last = on_trial()
    left = history.leaves("Scan and test", history.leaves("Test hosts", last["b"], "Map"), "Parallel")
    history.enters("Collect facts", history.leaves("Verify each", left, "Map"))

    assert hosts(history) == {("Await scan", "arm64", "", ""), ("Collect facts", "", "", "")}
