"""The templates and workflows as tests read them: plain values, intrinsic functions in their long form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.embedded import ROOT

WORKFLOWS = sorted((ROOT / "workflows").glob("*.asl.yaml"))


class _Template(yaml.SafeLoader):
    """Knows CloudFormation's short forms: `!Ref X` is {"Ref": "X"}, `!GetAtt A.B` is {"Fn::GetAtt": ["A", "B"]}."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Template.add_multi_constructor("!", _intrinsic)


def template(name: str = "template.yaml") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / name).read_text(), _Template)  # noqa: S506 - a SafeLoader
    return loaded


def resources(kind: str, name: str = "template.yaml") -> dict[str, Any]:
    """The properties of every resource of a type, by logical id."""
    found = template(name)["Resources"].items()
    return {logical: each.get("Properties", {}) for logical, each in found if each["Type"] == kind}


def workflow(path: Path) -> dict[str, Any]:
    """A workflow, its `${Name}` substitutions left as they are."""
    loaded: dict[str, Any] = yaml.safe_load(re.sub(r": \$\{(\w+)\}", r': "${\1}"', path.read_text()))
    return loaded


def find(node: Any, key: str) -> Iterator[Any]:
    """Every value of `key`, however deep."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from find(child, key)


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from strings(child)
    elif isinstance(node, list):
        for child in node:
            yield from strings(child)
