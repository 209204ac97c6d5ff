"""What can be known of a value in the source: a client, a paginator, or the shape of AWS's answer."""

import ast
from collections import ChainMap
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
    """The module's constants by name."""
    found = {}
    for each in module.body:
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
    return found


def imported(module: ast.Module) -> set[str]:
    """The names that the imports at the top of a module bind."""
    statements = [each for each in module.body if isinstance(each, ast.Import | ast.ImportFrom)]
    return {(name.asname or name.name).split(".")[0] for each in statements for name in each.names}
