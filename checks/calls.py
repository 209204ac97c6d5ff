"""Every boto3 call of the product against botocore's models: operation, parameters, result keys, paginator, waiter.

A client is known by the call that makes it (`aws.client("ec2", region)`) or by its name (`ec2`, `self.s3`). Where
neither says it, the one plausible service that has the operation is taken. What remains is listed as unchecked, and
tests/checks/test_calls.py holds that list. Result keys are checked where the answer is used in the function that asked.
"""

import ast
from collections import ChainMap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from botocore.model import Shape

from checks import models
from checks.arguments import suggestion
from checks.call_sites import Calls, Sites, client_of
from checks.known import (
    INDIRECT,
    MAKERS,
    NAMES,
    Client,
    Each,
    Errors,
    Known,
    Paginator,
    Scope,
    imported,
    item,
    last_name,
    literals,
    text,
)
from checks.problem import Problem
from checks.tasks import task_calls

FOLDERS: Final = ("layers/goldsmith/goldsmith", "functions", "goldsmith_cli", "aws_check")

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Naming = ast.Assign | ast.AnnAssign | ast.NamedExpr


def check(root: Path) -> Iterator[Problem]:
    yield from calls(root).problems


def calls(root: Path) -> Calls:
    """What the Python files and the workflows of a checkout call."""
    found = Calls()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            module = ast.parse(path.read_text())
            sites = Sites(path.relative_to(root).as_posix(), literals(module), found)
            _Reader(sites, imported(module)).read(module, ChainMap())
    task_calls(root, found)
    return found


class _Reader:
    """Reads a file in the order of its lines."""

    def __init__(self, sites: Sites, modules: set[str]) -> None:
        self.sites, self.modules = sites, modules

    def read(self, node: ast.AST, scope: Scope) -> Known:
        """Judges every call below a node; what is known of the node's value."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._children(node, self._parameters(node.args, scope.new_child()))
            case ast.ClassDef():
                self._children(node, scope.new_child())
            case ast.For():
                self._bind(node.target, item(self.read(node.iter, scope)), scope)
                self._all([*node.body, *node.orelse], scope)
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                return self._naming(node, scope)
            case ast.Call():
                known = self._call(node, scope)
                self._all([*node.args, *(keyword.value for keyword in node.keywords)], scope)
                return known
            case _:
                return self._expression(node, scope)
        return None

    def _expression(self, node: ast.AST, scope: Scope) -> Known:
        match node:
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Name(id=name):
                return self._name(name, scope)
            case ast.BoolOp() | ast.IfExp():
                parts = node.values if isinstance(node, ast.BoolOp) else [node.test, node.body, node.orelse]
                return next((known for known in self._all(parts, scope)[-2:] if known), None)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node, scope.new_child())
        self._children(node, scope)
        return None

    def _children(self, node: ast.AST, scope: Scope) -> None:
        self._all(list(ast.iter_child_nodes(node)), scope)

    def _all(self, nodes: Sequence[ast.AST], scope: Scope) -> list[Known]:
        return [self.read(each, scope) for each in nodes]

    # ── names ──

    def _parameters(self, arguments: ast.arguments, scope: Scope) -> Scope:
        """A parameter is a client by its name, unless its type says that it is something else."""
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            could_be = each.annotation is None or ast.unparse(each.annotation) == "Any"
            scope[each.arg] = Client(NAMES[each.arg]) if could_be and each.arg in NAMES else None
        return scope

    def _name(self, name: str, scope: Scope) -> Known:
        if name in scope:
            return scope[name]
        return Client(NAMES[name]) if name in NAMES and name not in self.modules else None

    def _naming(self, node: Naming, scope: Scope) -> Known:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(node.value, ast.Tuple) and isinstance(targets[0], ast.Tuple):
            known = self._all(node.value.elts, scope)
            for target, each in zip(targets[0].elts, known, strict=False):
                self._bind(target, each, scope)
            return None
        value = self.read(node.value, scope) if node.value else None
        for target in targets:
            self._bind(target, value, scope)
        return value

    def _bind(self, target: ast.expr, known: Known, scope: Scope) -> None:
        """A list that is unpacked into one name, as in `(found,) = answer["Stacks"]`, gives its item."""
        match target:
            case ast.Name(id=name):
                scope[name] = known
            case ast.Tuple(elts=[only]) | ast.List(elts=[only]):
                self._bind(only, item(known), scope)
            case ast.Tuple(elts=several) | ast.List(elts=several):
                for each in several:
                    self._bind(each, None, scope)
            case _:
                self._children(target, scope)

    def _comprehension(self, node: Comprehension, scope: Scope) -> Known:
        for each in node.generators:
            self._bind(each.target, item(self.read(each.iter, scope)), scope)
            self._all(each.ifs, scope)
        if isinstance(node, ast.DictComp):
            self._all([node.key, node.value], scope)
            return None
        known = self.read(node.elt, scope)
        return Each(known) if isinstance(known, Shape) else None

    # ── clients and their answers ──

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Known:
        match self.read(node.value, scope):
            case Client(service) if node.attr == "exceptions":
                return Errors(service)
            case Client(service):
                self.sites.name(node, service)
            case Errors(service):
                self.sites.error(node, service)
            case None if node.attr in NAMES and last_name(node.value) != "meta" and not self._is_module(node.value):
                return Client(NAMES[node.attr])
        return None

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Known:
        known = self.read(node.value, scope)
        self.read(node.slice, scope)
        if key := text(node.slice):
            return self.sites.key(node, known, key)
        return None if isinstance(node.slice, ast.Slice) else item(known)

    def _is_module(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.modules

    def _call(self, node: ast.Call, scope: Scope) -> Known:
        named, first = last_name(node.func), text(node.args[0]) if node.args else ""
        if made := client_of(node, named):
            self.read(node.func, scope)
            return made
        if named == "client" and first:
            close = suggestion(first, sorted(models.services()))
            self.sites.problem(node, f"boto3 has no service {first}{close}")
        if named in MAKERS:
            return Client(MAKERS[named])
        if named == "pages" and all(text(each) for each in node.args[:3]) and node.args:
            return self.sites.place_pages(node)
        if named in INDIRECT and len(node.args) > 1 and text(node.args[1]):
            return self.sites.indirect(node, text(node.args[1]), *INDIRECT[named])
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, scope)
        if named == "getattr" and isinstance(self.read(node.args[0], scope), Client) and not text(node.args[1]):
            self.sites.unchecked(node)
        self.read(node.func, scope)
        return None

    def _method(self, node: ast.Call, function: ast.Attribute, scope: Scope) -> Known:
        match self.read(function.value, scope):
            case Client(service):
                self.sites.name(function, service)
                return self.sites.client_method(node, service, function.attr)
            case Paginator() as paginator if function.attr == "paginate":
                return self.sites.pages(node, paginator)
            case Shape() as shape if function.attr == "get" and node.args:
                return self.sites.key(node, shape, text(node.args[0]))
            case None if not self._is_module(function.value):
                return self.sites.by_method(node, last_name(function.value), function.attr)
        return None
