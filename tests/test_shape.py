"""Every workflow has one shape: plan, work, facts, decide, apply, report.  States have the names of their functions."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.deployment import WORKFLOWS, find, states, workflow

SERVES_SEVERAL = {"Decide", "LaunchHost", "PlanDistribute", "Reap", "SendCommand", "StoreOutput", "Watch"}
PARTS = {"Plan": "Plan", "Facts": "Collect facts", "Apply": "Apply", "Recheck": "Recheck"}  # the workflow is the verb
STATES_OF = {
    ("build", "Reap"): ("Apply", "Report run failed"),
    ("build", "Watch"): ("Await host", "Await command", "Await stop", "Await image"),
    ("verify", "Watch"): ("Await agent", "Await status", "Await test", "Await scan"),
    ("distribute", "Watch"): ("Await copy",),
    ("adopt", "Watch"): ("Await image",),
    **{(verb, "Reap"): ("Report run failed",) for verb in ("adopt", "distribute", "promote", "retire", "verify")},
}
LONGEST_LINE = 120


def name(path: Path) -> str:
    return path.name.partition(".")[0]


def test_a_function_serves_one_state_but_for_those_that_serve_several():
    served = Counter(
        invoked
        for path in WORKFLOWS
        for _, state in states(workflow(path))
        for invoked in find(state.get("Arguments", {}), "FunctionName")
    )
    assert {name.strip("${}").removesuffix("Function") for name, count in served.items() if count > 1} == SERVES_SEVERAL


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_state_is_named_after_its_function_or_its_part(path):
    verb = name(path)
    for title, state in states(workflow(path)):
        for invoked in find(state.get("Arguments", {}), "FunctionName"):
            function = invoked.strip("${}").removesuffix("Function")
            words = re.sub(r"(?<!^)([A-Z])", r" \1", function).capitalize()
            assert title in {PARTS.get(words.partition(" ")[0], words), *STATES_OF.get((verb, function), ())}, function


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_verdict_is_what_a_policy_said(path):
    for title, state in states(workflow(path)):
        own = [state, *state.get("Catch", ()), *state.get("Choices", ())]
        said = [each["Assign"]["verdict"] for each in own if "verdict" in each.get("Assign", {})]
        assert said == (["{% $states.result.Payload.verdict %}"] if title == "Decide" and said else [])


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_workflow_is_read_without_scrolling_sideways(path):
    assert [line for line in path.read_text().splitlines() if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_each_field_of_a_state_is_on_a_line_of_its_own(path):
    for title, state in states(workflow(path)):
        lines = list(state.lines.values())  # type: ignore[attr-defined]  # as checks/reading.py reads it
        assert len(lines) == len(set(lines)), title
