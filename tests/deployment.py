"""The templates and workflows as tests read them: plain values, intrinsic functions in their long form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checks import reading
from tests.embedded import ROOT

WORKFLOWS = sorted((ROOT / "workflows").glob("*.asl.yaml"))
STACK = "AWS::Serverless::Application"
STACKS = sorted(f"stacks/{path.name}" for path in (ROOT / "stacks").glob("*.yaml"))
TEMPLATES = ["template.yaml", *STACKS, "region.yaml"]


def template(name: str = "template.yaml") -> dict[str, Any]:
    return reading.template(ROOT / name)


def resources(kind: str, name: str | None = None) -> dict[str, Any]:
    """The properties of every resource of a type, by logical id: of one template, or of all of the home region.

    What a nested stack is passed stands in the place of its parameters, and its files as template.yaml names them.
    """
    found = template(name or "template.yaml")["Resources"]
    if name is None:
        nested = [(each["Location"], each["Parameters"]) for each in resources(STACK, "template.yaml").values()]
        for location, passed in nested:
            found |= _passed(template(location)["Resources"], passed)
    return {logical: each.get("Properties", {}) for logical, each in found.items() if each["Type"] == kind}


def _passed(node: Any, values: dict[str, Any]) -> Any:
    """The node with each of its stack's parameters replaced by the value that is passed."""
    match node:
        case {"Ref": str(name)} if name in values:
            return values[name]
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\}", lambda m: _in_text(values, m[1]), text)}
        case dict():
            return {key: _passed(each, values) for key, each in node.items()}
        case list():
            return [_passed(each, values) for each in node]
    return node.removeprefix("../") if isinstance(node, str) else node


def _in_text(values: dict[str, Any], name: str) -> str:
    """A parameter as it stands within a `!Sub`: the `${...}` of what is passed."""
    match values.get(name, {"Ref": name}):
        case {"Ref": str(other)}:
            return f"${{{other}}}"
        case {"Fn::GetAtt": [logical, attribute]}:
            return f"${{{logical}.{attribute}}}"
        case other:
            raise ValueError(f"{name} cannot stand in a text: {other}")


def workflow(path: Path) -> dict[str, Any]:
    """A workflow, its `${Name}` substitutions left as they are."""
    return reading.workflow(path)


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The states of a workflow by name, those of Map and Parallel states too."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner in (state.get("ItemProcessor", {}), *state.get("Branches", [])):
            yield from states(inner)


find = reading.values


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from strings(child)
    elif isinstance(node, list):
        for child in node:
            yield from strings(child)
