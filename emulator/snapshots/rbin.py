"""The `rbin` service behind the gateway: routes and REST-JSON."""

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from ministack import app as gateway
from ministack.core import router
from ministack.core.responses import get_account_id, get_region

from emulator.gateway.answers import Answer
from emulator.gateway.patching import patch
from emulator.snapshots.rbin_rules import RULES, Rule, RuleError, change, create, invalid, rule, rules_of

Body = dict[str, Any]
Query = dict[str, Any]
Operation = Callable[[str, Body, Query], tuple[int, Body | None]]


def _rule(identifier: str) -> Rule:
    return rule(get_account_id(), get_region(), identifier)


def _by_arn(arn: str) -> Rule:
    return _rule(arn.rpartition("/")[2])


def _create(_: str, body: Body, __: Query) -> tuple[int, Body]:
    made = create(get_account_id(), get_region(), body)
    tags = [{"Key": key, "Value": value} for key, value in made.tags.items()]
    return 201, made.described() | {"Tags": tags}


def _get(identifier: str, _: Body, __: Query) -> tuple[int, Body]:
    return 200, _rule(identifier).described()


def _update(identifier: str, body: Body, _: Query) -> tuple[int, Body]:
    found = _rule(identifier)
    change(found, body)
    return 200, found.described()


def _delete(identifier: str, _: Body, __: Query) -> tuple[int, None]:
    found = _rule(identifier)
    del RULES[found.account, found.region][found.id]
    return 204, None


def _list(_: str, body: Body, __: Query) -> tuple[int, Body]:
    if "ResourceType" not in body:
        raise invalid("ResourceType is required")
    size, start = int(body.get("MaxResults", 1000)), body.get("NextToken", "0")
    if not start.isdigit():
        raise invalid("The page token is invalid", "INVALID_PAGE_TOKEN")
    tags, excluded = body.get("ResourceTags") or [], body.get("ExcludeResourceTags") or []
    rules = [
        each
        for each in rules_of(get_account_id(), get_region())
        if each.kind == body["ResourceType"]
        and body.get("LockState", "unlocked") == "unlocked"
        and all(tag in each.resource_tags for tag in tags)
        and all(tag in each.excluded_tags for tag in excluded)
    ]
    end = int(start) + size
    answer: Body = {"Rules": [each.summary() for each in rules[int(start) : end]]}
    return 200, answer | ({"NextToken": str(end)} if end < len(rules) else {})


def _tags(arn: str, _: Body, __: Query) -> tuple[int, Body]:
    return 200, {"Tags": [{"Key": key, "Value": value} for key, value in _by_arn(arn).tags.items()]}


def _tag(arn: str, body: Body, _: Query) -> tuple[int, None]:
    _by_arn(arn).tags |= {tag["Key"]: tag.get("Value", "") for tag in body.get("Tags", [])}
    return 201, None


def _untag(arn: str, _: Body, query: Query) -> tuple[int, None]:
    keys = query.get("tagKeys", [])
    for key in [keys] if isinstance(keys, str) else keys:
        _by_arn(arn).tags.pop(key, None)
    return 204, None


ROUTES: Final[list[tuple[str, str, Operation]]] = [
    ("POST", "/rules()", _create),
    ("GET", "/rules/([^/]+)", _get),
    ("PATCH", "/rules/([^/]+)", _update),
    ("DELETE", "/rules/([^/]+)", _delete),
    ("POST", "/list-rules()", _list),
    ("GET", "/tags/(.+)", _tags),
    ("POST", "/tags/(.+)", _tag),
    ("DELETE", "/tags/(.+)", _untag),
]


async def handle(method: str, path: str, _: dict[str, str], body: bytes, query: Query) -> Answer:
    for verb, route, operation in ROUTES:
        match = re.fullmatch(route, unquote(path))
        if verb == method and match:
            try:
                status, answer = operation(match[1], json.loads(body or b"{}"), query)
            except RuleError as error:
                return _error(error)
            content = b"" if answer is None else json.dumps(answer).encode()
            return status, {"Content-Type": "application/json"}, content
    return _error(invalid(f"not modelled by the embedded AWS: rbin: {method} {path}"))


def _error(error: RuleError) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error.name}
    return error.status, headers, json.dumps({"Message": str(error), "Reason": error.reason}).encode()


@patch("neither emulator has the Recycle Bin's rules")
def rbin_service() -> None:
    gateway.SERVICE_HANDLERS["rbin"] = handle
    router.SERVICE_PATTERNS["rbin"] = {"host_patterns": [r"rbin\."]}
