"""What can be known of a value in the source: a client, a paginator, or the shape of AWS's answer."""

import ast
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from botocore.model import Shape

from checks import models

NAMES: Final = {name: name for name in models.PLAUSIBLE} | {"states": "stepfunctions", "inspector": "inspector2"}
"""The service of which a variable or attribute of this name is a client."""

MAKERS: Final = {"trails": "cloudtrail"}
"""Functions that make clients of one service, which their calls do not name."""

INDIRECT: Final = {"_call": ("ec2", frozenset({"ImageId"}))}
"""Functions whose second argument is AWS's name of an operation: its service and the parameters that they add."""


@dataclass(frozen=True)
class Client:
    service: str


@dataclass(frozen=True)
class Errors:
    """`client.exceptions`."""

    service: str


@dataclass(frozen=True)
class Paginator:
    service: str
    method: str


@dataclass(frozen=True)
class Each:
    """Something to iterate over whose items have this shape."""

    shape: Shape


Known = Client | Errors | Paginator | Each | Shape | None
Scope = ChainMap[str, Known]
"""What is known of local names."""


def item(known: Known) -> Known:
    """What is known of an item of a list or iterator."""
    if isinstance(known, Each):
        return known.shape
    return models.element(known) if isinstance(known, Shape) else None


def last_name(node: ast.expr) -> str:
    """The name that an expression ends with: `s3` of `self.s3`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def text(node: ast.expr | None) -> str:
    """The value of a literal string; "" for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def literals(module: ast.Module) -> dict[str, ast.expr]:
    """The module's constants by name, mappings that a function returns as `name()`, and those that a local name holds.

    A local name counts if the whole module gives it one value: nothing here knows which function it belongs to.
    """
    assigned: dict[str, list[ast.expr | None]] = {}
    for each in ast.walk(module):
        for name, value in _assigned(each):
            assigned.setdefault(name, []).append(value)
    return {name: values[0] for name, values in assigned.items() if len(values) == 1 and values[0]}


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a statement sets, and to what; None where that is not written as a value."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            yield name, value
        case ast.AugAssign(target=ast.Name(id=name)) | ast.arg(arg=name):
            yield name, None
        case ast.For(target=target) | ast.comprehension(target=target) | ast.Assign(targets=[target]):
            yield from ((each.id, None) for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.Dict() as mapping)] as body):
            if not any(isinstance(each, ast.Return) for part in body[:-1] for each in ast.walk(part)):
                yield f"{name}()", mapping


def imported(module: ast.Module) -> set[str]:
    """The names that the imports at the top of a module bind."""
    statements = [each for each in module.body if isinstance(each, ast.Import | ast.ImportFrom)]
    return {(name.asname or name.name).split(".")[0] for each in statements for name in each.names}
