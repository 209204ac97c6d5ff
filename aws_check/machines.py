"""Asks Step Functions whether it would create each state machine, and tries a few of its states on mocked results."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from aws_check.finding import Asked, Finding, Level, Told
from aws_check.transformed import transformed
from aws_check.values import values_of
from checks.reading import Mapping, workflow

FULL: Final = 100  # diagnostics in one answer, the most that can be asked for


@dataclass(frozen=True)
class Machine:
    path: str
    definition: Mapping  # with `${Name}` filled in

    @property
    def text(self) -> str:
        return json.dumps(self.definition)

    def line(self, location: str) -> int:
        """The line of a location such as /States/Launch host/Arguments, or of the last part of it that is there."""
        node, line = self.definition, self.definition.line
        for part in location.strip("/").split("/"):
            if not isinstance(node, Mapping) or part not in node:
                break
            node, line = node[part], node.lines[part]
        return line


@dataclass(frozen=True)
class Trial:
    """A state that is tried with a mocked result: nothing is called. `variables` are those that the state reads."""

    path: str
    state: str
    result: Any
    next: str
    variables: dict[str, Any] = field(default_factory=dict)


TRIALS: Final = (
    Trial(
        "workflows/build.asl.yaml",
        "Stop host",
        {"StoppingInstances": [{"InstanceId": "i-0123456789abcdef0"}]},
        next="Await stop",
        variables={"builder": "i-0123456789abcdef0"},
    ),
)
"""Where a workflow calls a service without a Lambda function between: its arguments are JSONata, its result AWS's."""


def machines(asked: Asked) -> list[Machine]:
    """Every state machine of the templates."""
    found = []
    for values in values_of(transformed(asked.root), asked).values():
        for resource in values.template["Resources"].values():
            if resource["Type"] == "AWS::StepFunctions::StateMachine":
                properties = resource["Properties"]
                path = str(properties["DefinitionS3Location"]["Key"])
                filled = values.fill(properties.get("DefinitionSubstitutions", {}))
                found.append(Machine(path, _filled(_written(asked.root / path), filled)))
    return sorted(found, key=lambda each: each.path)


@cache
def _written(path: Path) -> Mapping:
    return workflow(path)


def _filled(node: Any, values: dict[str, Any]) -> Any:
    """The definition with its substitutions, on the lines where it was written."""
    if isinstance(node, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), node)
    if isinstance(node, Mapping):
        filled = Mapping({key: _filled(value, values) for key, value in node.items()})
        filled.line, filled.lines = node.line, node.lines
        return filled
    return [_filled(each, values) for each in node] if isinstance(node, list) else node


def check(asked: Asked, told: Told) -> Iterator[Finding]:
    states, found = asked.client("stepfunctions"), machines(asked)
    for machine in found:
        told(machine.path)
        yield from _validated(machine, states)
    for trial in TRIALS:
        told(f"{trial.path}, state {trial.state}")
        yield from _tried(trial, next(each for each in found if each.path == trial.path), states)


def _validated(machine: Machine, states: Any) -> Iterator[Finding]:
    answer = states.validate_state_machine_definition(
        definition=machine.text, type="STANDARD", severity="WARNING", maxResults=FULL
    )
    for each in answer["diagnostics"]:
        level = Level.PROBLEM if each["severity"] == "ERROR" else Level.NOTE
        location = each.get("location", "")
        said = f"{each['code']}: {each['message']}"
        yield Finding(machine.path, machine.line(location), location or "definition", said, level)
    if answer.get("truncated"):
        yield Finding(machine.path, 0, "definition", f"there is more than these {FULL}: ask again when they are mended")
    errors = [each for each in answer["diagnostics"] if each["severity"] == "ERROR"]
    if answer["result"] == "FAIL" and not errors:
        yield Finding(machine.path, 0, "definition", "Step Functions refuses it, and does not say why")


def _tried(trial: Trial, machine: Machine, states: Any) -> Iterator[Finding]:
    """With `mock` TestState calls no service; it is never called without."""
    state, line = _state(machine.definition, trial.state)
    answer = states.test_state(
        definition=json.dumps(state | {"QueryLanguage": "JSONata"}),
        input="{}",
        variables=json.dumps(trial.variables),
        mock={"result": json.dumps(trial.result), "fieldValidationMode": "STRICT"},
    )
    if answer["status"] != "SUCCEEDED":
        why = f"{answer.get('error', '')}: {answer.get('cause', '')}"
        yield Finding(trial.path, line, trial.state, f"TestState answers {answer['status']}: {why}")
    elif answer.get("nextState") != trial.next:
        yield Finding(trial.path, line, trial.state, f"goes to {answer.get('nextState')}, not to {trial.next}")


def _state(node: Any, name: str) -> tuple[Mapping, int]:
    """A state and its line, in whichever Map or branch it is; LookupError if there is none."""
    if isinstance(node, Mapping) and isinstance(states := node.get("States"), Mapping) and name in states:
        return states[name], states.lines[name]
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        with suppress(LookupError):
            return _state(each, name)
    raise LookupError(name)
