"""Judges one call, one result key or one name of an operation, and notes what was checked."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from botocore.model import OperationModel, Shape, StructureShape

from checks import models
from checks.arguments import call_problems, suggestion
from checks.known import Client, Each, Known, Paginator, text
from checks.problem import Problem

CONTAINERS: Final = frozenset(name for kind in (str, list, dict, set) for name in dir(kind))
"""Methods that no service has as an operation: a variable such as `events` may be a list."""


@dataclass(frozen=True, order=True)
class Call:
    """`what` is the service and operation, or the source text of a call that was checked against nothing."""

    path: str
    line: int
    what: str


@dataclass
class Calls:
    """What the files of a checkout call."""

    checked: list[Call] = field(default_factory=list)
    unchecked: list[Call] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Sites:
    """Of one file; `named` holds its constants."""

    path: str
    named: Mapping[str, ast.expr]
    found: Calls

    def problem(self, node: ast.expr, said: str) -> None:
        self.found.problems.append(Problem(self.path, node.lineno, said))

    def unchecked(self, node: ast.expr) -> None:
        self.found.unchecked.append(Call(self.path, node.lineno, ast.unparse(node)))

    def name(self, node: ast.Attribute, service: str) -> None:
        """A method of a client that is no operation is a problem, called or not."""
        known = models.operations(service)
        if node.attr not in known and node.attr not in CONTAINERS | models.NOT_OPERATIONS:
            self.problem(node, f"{service} has no operation {node.attr}{suggestion(node.attr, list(known))}")

    def error(self, node: ast.Attribute, service: str) -> None:
        known = models.errors(service)
        if node.attr not in known:
            self.problem(node, f"{service} has no exception {node.attr}{suggestion(node.attr, sorted(known))}")

    def key(self, node: ast.expr, known: Known, key: str) -> Known:
        """The shape of a key of AWS's answer; a key that the answer cannot have is a problem."""
        if not isinstance(known, Shape) or not key:
            return None
        inner = models.member(known, key)
        closed = isinstance(known, StructureShape) and not known.is_document_type and key != "ResponseMetadata"
        if inner is None and isinstance(known, StructureShape) and closed:
            self.problem(node, f"{known.name} has no {key}{suggestion(key, list(known.members))}")
        return inner

    def operation(self, call: ast.Call, service: str, method: str, given: frozenset[str] = frozenset()) -> Known:
        """The shape of the answer of a call whose operation is known."""
        model = models.operation(service, method)
        if call.args and not given:
            self.problem(call, f"{service} {method} takes keyword arguments only")
        self._check(call, service, model, given)
        return model.output_shape

    def _check(self, call: ast.Call, service: str, model: OperationModel, given: frozenset[str] = frozenset()) -> None:
        self.found.checked.append(Call(self.path, call.lineno, f"{service}.{model.name}"))
        for line, said in call_problems(call, model.input_shape, self.named, given):
            self.found.problems.append(Problem(self.path, line, f"{service} {model.name} {said}"))

    def client_method(self, call: ast.Call, service: str, method: str) -> Known:
        """A call of a method of a client; what is no operation was told by `name`."""
        first = text(call.args[0]) if call.args else ""
        match method:
            case "get_paginator":
                return self.paginator(call, service, first)
            case "get_waiter":
                self.waiter(call, service, first)
            case _ if method in models.operations(service):
                return self.operation(call, service, method)
        return None

    def paginator(self, call: ast.Call, service: str, method: str) -> Known:
        if not method:
            self.unchecked(call)
        elif method not in models.paginators(service):
            self.problem(
                call, f"{service} cannot paginate {method}{suggestion(method, list(models.paginators(service)))}"
            )
        else:
            return Paginator(service, method)
        return None

    def waiter(self, call: ast.Call, service: str, name: str) -> None:
        if not name:
            self.unchecked(call)
        elif name not in models.waiters(service):
            self.problem(call, f"{service} has no waiter {name}{suggestion(name, list(models.waiters(service)))}")

    def pages(self, call: ast.Call, paginator: Paginator) -> Known:
        model = models.operation(paginator.service, paginator.method)
        self._check(call, paginator.service, model)
        return Each(model.output_shape) if model.output_shape else None

    def place_pages(self, call: ast.Call) -> Known:
        """`Place.pages(service, operation, key, **parameters)` yields the items of a key of each page."""
        service, method, key = (text(each) for each in call.args[:3])
        if service not in models.services():
            self.problem(call, f"boto3 has no service {service}")
            return None
        found = self.paginator(call, service, method)
        if not isinstance(found, Paginator):
            return None
        page = self.pages(call, found)
        items = self.key(call, page.shape if isinstance(page, Each) else None, key)
        inner = models.element(items) if isinstance(items, Shape) else None
        return Each(inner) if inner else None

    def indirect(self, call: ast.Call, name: str, service: str, given: frozenset[str]) -> Known:
        """A call of a function that is given AWS's name of an operation."""
        known = {aws: method for method, aws in models.operations(service).items()}
        if name in known:
            return self.operation(call, service, known[name], given)
        self.problem(call, f"{service} has no operation {name}{suggestion(name, list(known))}")
        return None

    def by_method(self, call: ast.Call, receiver: str, method: str) -> Known:
        """A call on something that may be a client: the one plausible service that has the operation is taken."""
        if method == "paginate":
            self.unchecked(call)
            return None
        asked = text(call.args[0]) if method == "get_paginator" and call.args else method
        where = models.owners().get(asked, ())
        if method != "get_paginator" and call.args:
            return None  # boto3 takes keyword arguments only
        if len(where) == 1:
            return self.client_method(call, where[0], method)
        if where or receiver == "client" or method == "get_paginator":
            self.unchecked(call)
        return None


def client_of(call: ast.Call, named: str) -> Client | None:
    """The client that `client("ec2", ...)` makes, or `client(account)("ec2", region)`."""
    service = text(call.args[0]) if call.args else ""
    makes = named in {"client", "create_client"} or isinstance(call.func, ast.Call)
    return Client(service) if makes and service in models.services() else None
