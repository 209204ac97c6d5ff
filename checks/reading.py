"""Reads templates and workflows as plain values that know the lines they were written on.

CloudFormation's short forms are read in their long form: `!Ref X` is {"Ref": "X"} and `!GetAtt A.B` is
{"Fn::GetAtt": ["A", "B"]}.  A workflow keeps its `${Name}` substitutions.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class Mapping(dict[str, Any]):
    """A YAML mapping: `line` is where it begins, `lines` where each of its keys is written."""

    line: int
    lines: dict[str, int]


class Sequence(list[Any]):
    """A YAML sequence: `line` is where it begins, `lines` where each of its items begins."""

    line: int
    lines: list[int]


class _Loader(yaml.CSafeLoader):
    """A safe loader (in C, ten times as fast) that keeps lines and knows CloudFormation's short forms."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapping:
    found = Mapping()
    found.update({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    found.line = node.start_mark.line + 1
    found.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return found


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> Sequence:
    found = Sequence(loader.construct_sequence(node, deep=True))
    found.line = node.start_mark.line + 1
    found.lines = [item.start_mark.line + 1 for item in node.value]
    return found


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> Mapping:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = _sequence(loader, node)
    else:
        value = _mapping(loader, node)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    key = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    found = Mapping({key: value})
    found.line = node.start_mark.line + 1
    found.lines = {key: found.line}
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _sequence)
_Loader.add_multi_constructor("!", _intrinsic)


def template(path: Path) -> Mapping:
    """A template as it is written."""
    loaded: Mapping = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a SafeLoader
    return loaded


def workflow(path: Path) -> Mapping:
    """A workflow as it is written; its `${Name}` substitutions stay as they are."""
    quoted = re.sub(r": \$\{(\w+)\}", r': "${\1}"', path.read_text())
    loaded: Mapping = yaml.load(quoted, _Loader)  # noqa: S506 - a SafeLoader
    return loaded


def templates(root: Path) -> list[Path]:
    """Every template of the deployment: the home region's, its nested stacks, and those of regions and accounts."""
    return [
        *(root / name for name in ("template.yaml", "region.yaml", "member-account.yaml")),
        *sorted((root / "stacks").glob("*.yaml")),
    ]


def workflows(root: Path) -> list[Path]:
    return sorted((root / "workflows").glob("*.asl.yaml"))


def values(node: Any, key: str) -> Iterator[Any]:
    """Every value of `key`, however deep."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from values(child, key)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
