"""Every statement of every IAM policy in the templates and in `goldsmith audit --policy`, with its line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from checks import reading
from checks.iam.intrinsics import Names, alternatives, names_by_template

HOLDERS: Final = frozenset({
    "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Serverless::Function",
    "AWS::Serverless::StateMachine",
})  # fmt: skip
"""Types whose policies say what their holder may do; all others say who may use the resource that has the policy."""
TRUST: Final = "AssumeRolePolicyDocument"
AUDIT: Final = "goldsmith_cli/audit/policy.py"
PRINT_AUDIT: Final = "import json; from goldsmith_cli.audit.policy import policy; print(json.dumps(policy()))"


@dataclass(frozen=True)
class Said:
    """A text in a policy and the line that it is on; None is a text that the templates do not tell."""

    text: str | None
    line: int


@dataclass(frozen=True)
class Key:
    """A condition key, with its operator and values."""

    name: str
    operator: str
    values: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Statement:
    """`holder` is the role or function that has the policy; empty for the policy of a resource."""

    path: str
    line: int
    holder: str
    allows: bool
    actions: tuple[Said, ...]
    resources: tuple[Said, ...] = ()
    keys: tuple[Key, ...] = ()


def statements(root: Path) -> list[Statement]:
    """All statements, in the order in which they are written."""
    return [*_of_templates(root), *_of_audit(root)]


def _of_templates(root: Path) -> Iterator[Statement]:
    for path, names in names_by_template(root).items():
        written = str(path.relative_to(root))
        for name, resource in names.template["Resources"].items():
            held = resource.get("Type") in HOLDERS
            for node, trust in _nodes(resource.get("Properties", {})):
                yield _statement(written, name if held and not trust else "", node, names)


def _nodes(node: Any, *, trust: bool = False) -> Iterator[tuple[reading.Mapping, bool]]:
    """Every statement below, and whether it belongs to a trust policy."""
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item, trust=trust)
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "Statement":
                yield from _nodes(value, trust=trust or key == TRUST)
                continue
            for each in alternatives(value):
                if isinstance(each, reading.Mapping) and "Effect" in each:
                    yield each, trust


def _statement(path: str, holder: str, node: reading.Mapping, names: Names) -> Statement:
    return Statement(
        path=path,
        line=node.line,
        holder=holder,
        allows=node["Effect"] == "Allow",
        actions=tuple(_said(node, "Action", names)),
        resources=tuple(_said(node, "Resource", names)),
        keys=tuple(_keys(node, names)),
    )


def _said(node: reading.Mapping, key: str, names: Names) -> Iterator[Said]:
    value = node.get(key, [])
    lines = value.lines if isinstance(value, reading.Sequence) else []
    for index, item in enumerate(reading.as_list(value)):
        line = lines[index] if lines else node.lines[key]
        for each in alternatives(item):
            yield Said(names.text(each), line)


def _keys(node: reading.Mapping, names: Names) -> Iterator[Key]:
    for condition in alternatives(node.get("Condition", [])):
        for operator, keys in condition.items():
            for each in alternatives(keys):
                for name, value in each.items():
                    values = tuple(text for item in alternatives(value) if (text := names.text(item)))
                    yield Key(name, operator, values, each.lines[name])


def _of_audit(root: Path) -> Iterator[Statement]:
    """Printed by the checkout's own code: its actions are gathered from several modules."""
    path = os.pathsep.join((str(root), str(root / "layers/goldsmith")))
    printed = subprocess.run(  # noqa: S603 - this interpreter, our own code
        [sys.executable, "-c", PRINT_AUDIT],
        cwd=root, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    lines = (root / AUDIT).read_text().splitlines()
    for node in json.loads(printed)["Statement"]:
        line = next(number for number, text in enumerate(lines, 1) if f'"{node["Sid"]}"' in text)
        yield Statement(
            path=AUDIT,
            line=line,
            holder="audit",
            allows=node["Effect"] == "Allow",
            actions=tuple(Said(action, line) for action in reading.as_list(node["Action"])),
            resources=tuple(Said(resource, line) for resource in reading.as_list(node["Resource"])),
        )
