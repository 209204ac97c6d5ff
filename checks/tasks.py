"""The calls that workflows make themselves: AWS SDK integrations, and those that Step Functions offers by name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from botocore.model import Shape, StructureShape

from checks import models
from checks.arguments import suggestion
from checks.call_sites import Call, Calls
from checks.problem import Problem
from checks.reading import Mapping, workflow, workflows

SDK: Final = re.compile(r"arn:[\w-]+:states:::aws-sdk:(\w+):(\w+)")
OWN: Final = re.compile(r"arn:[\w-]+:states:::(events|lambda|sns|sqs|dynamodb):(\w+)")
NAMES: Final = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "elasticloadbalancingv2": "elbv2",
}
"""Step Functions names services as the SDK for Java does; these are the ones that boto3 names otherwise."""


def task_calls(root: Path, found: Calls) -> None:
    """Adds the calls of each workflow."""
    for path in workflows(root):
        name = path.relative_to(root).as_posix()
        for state in tasks(workflow(path)):
            _judge(name, state, found)


def tasks(node: Any) -> Iterator[Mapping]:
    """Every Task state, however deep."""
    if isinstance(node, Mapping) and node.get("Type") == "Task":
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from tasks(child)


def _judge(path: str, state: Mapping, found: Calls) -> None:
    resource, line = str(state.get("Resource", "")), state.lines.get("Resource", state.line)
    match = SDK.match(resource) or OWN.match(resource)
    if match is None:
        found.unchecked.append(Call(path, line, resource))
        return
    service, action = NAMES.get(match[1], match[1]), match[2]
    known = {name[0].lower() + name[1:]: method for method, name in _operations(service).items()}
    if action in known:
        model = models.operation(service, known[action])
        found.checked.append(Call(path, line, f"{service}.{model.name}"))
        said = _arguments(state, model.input_shape)
        found.problems += [Problem(path, at, f"{service} {model.name} {what}") for at, what in said]
    else:
        said_instead = suggestion(action, list(known))
        found.problems.append(Problem(path, line, f"{match[1]} has no operation {action}{said_instead}"))


def _operations(service: str) -> dict[str, str]:
    return models.operations(service) if service in models.services() else {}


def _arguments(state: Mapping, shape: Shape | None) -> Iterator[tuple[int, str]]:
    """Step Functions takes every parameter in PascalCase, however the service writes it."""
    given = state.get("Arguments", {})
    if isinstance(given, Mapping):
        yield from _keys(given, shape, "")
    elif not given:
        yield from (
            (state.line, f"lacks the required parameter {_pascal(name)}") for name in models.missing(shape, set())
        )


def _keys(given: Mapping, shape: Shape | None, path: str) -> Iterator[tuple[int, str]]:
    if not isinstance(shape, StructureShape):
        return
    known = {_pascal(name): inner for name, inner in shape.members.items()}
    for key, value in given.items():
        if key not in known:
            yield given.lines[key], f"takes no {path}{key}{suggestion(key, list(known))}"
            continue
        inner = known[key]
        below = [(each, models.element(inner)) for each in value] if isinstance(value, list) else [(value, inner)]
        for each, of in below:
            if isinstance(each, Mapping):
                yield from _keys(each, of, f"{path}{key}.")
    lacking = {_pascal(name) for name in models.missing(shape, set())} - given.keys()
    yield from ((given.line, f"lacks the required parameter {path}{name}") for name in sorted(lacking))


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]
