"""Which operation a request to the gateway is, in the words of botocore's models, whatever its protocol."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from botocore.model import OperationModel
from ministack.core.iam_evaluator import request_caller_arn
from ministack.core.responses import get_account_id
from ministack.core.router import extract_region

from emulator.gateway.answers import SERVICES, boto3_name, protocol_of, service_model
from emulator.gateway.front_door import Request


@dataclass(frozen=True)
class Call:
    """One API call.  `service` is boto3's name of it, `gateway_service` the gateway's."""

    request: Request
    gateway_service: str
    service: str
    operation: str
    account: str
    region: str
    principal: str
    parameters: dict[str, str]

    @property
    def protocol(self) -> str:
        return protocol_of(self.service, self.request.headers)


def call_of(request: Request) -> Call | None:
    """The call that `request` makes; None for what is no AWS API (function URLs, health probes)."""
    named = request.service
    service = boto3_name(named)
    if service not in SERVICES:
        return None
    operation, parameters = _operation(service, request, request.parameters)
    return Call(
        request, named, service, operation, get_account_id(), extract_region(request.headers),
        request_caller_arn(request.headers, request.query), parameters,
    )  # fmt: skip


def _operation(service: str, request: Request, query: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    flat = {name: value[0] if isinstance(value, list) and value else str(value) for name, value in query.items()}
    if "x-amz-target" in request.headers:
        return request.headers["x-amz-target"].rpartition(".")[2], _members(request.body)
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return request.path.rpartition("/")[2], flat
    if "Action" in flat:
        return str(flat["Action"]), flat
    return _rest_operation(service, request, flat)


def _members(body: bytes) -> dict[str, str]:
    try:
        members = json.loads(body or b"{}")
    except ValueError:  # a body of bytes, such as an object's
        return {}
    if not isinstance(members, dict):
        return {}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in members.items()}


def _rest_operation(service: str, request: Request, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The most demanding operation whose URI, query string and headers this request has."""
    found = [
        (len(needs), name, match)
        for name, method, uri, needs in _routes(service)
        if method == request.method and (match := uri.fullmatch(request.path)) and _has(request, query, needs)
    ]
    if not found:
        return "", query
    _, name, match = max(found, key=lambda each: each[0])
    labels = {label: unquote(value) for label, value in match.groupdict().items()}
    return name, _members(request.body) | query | labels


def _has(request: Request, query: Mapping[str, str], needs: frozenset[tuple[str, str, str | None]]) -> bool:
    places: dict[str, Mapping[str, str]] = {"querystring": query, "header": request.headers}
    return all(name in places[place] and wanted in (None, places[place][name]) for place, name, wanted in needs)


Route = tuple[str, str, re.Pattern[str], frozenset[tuple[str, str, str | None]]]


@cache
def _routes(service: str) -> tuple[Route, ...]:
    model = service_model(service)
    return tuple(_route(model.operation_model(name)) for name in model.operation_names)


def _route(operation: OperationModel) -> Route:
    path, _, fixed = operation.http["requestUri"].partition("?")
    pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", _label, re.escape(path))
    needs: set[tuple[str, str, str | None]] = set()
    for part in filter(None, fixed.split("&")):
        name, has_value, value = part.partition("=")
        needs.add(("querystring", name, value if has_value else None))
    shape = operation.input_shape
    for where in [shape.members[name].serialization for name in shape.required_members] if shape else ():
        if (place := where.get("location")) in ("querystring", "header"):
            needs.add((place, where["name"].lower() if place == "header" else where["name"], None))
    return operation.name, operation.http["method"], re.compile(pattern + "/?"), frozenset(needs)


def _label(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"
