"""Cases that follow from the statements themselves: what a statement asks for must be what it allows.

They find conditions that IAM reads otherwise than they are written, and resources that a pattern does not match.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from aws_check.cases import Case, Context, Value
from aws_check.finding import Asked
from aws_check.policies import Role

READS: Final = ("BatchGet", "Describe", "Get", "List", "Search")
BY_HAND: Final = {"ec2", "iam", "inspector2", "kms", "ssm"}
"""Services of which what changes something stands in the table, with the context that AWS sends."""

VARIABLE: Final = re.compile(r"\$\{([\w:]+)\}")
PRINCIPAL: Final = "AROAEXAMPLE:i-0123456789abcdef0"


def by_hand(action: str) -> bool:
    """Whether the table must hold the action: it changes something, in a service that sends context keys of its own."""
    service, _, name = action.partition(":")
    return service in BY_HAND and not name.startswith(READS)


def derived(role: Role, asked: Asked) -> Iterator[Case]:
    """A case for each action and resource of each statement that allows something, but for those in the table."""
    for document in role.documents:
        for statement in as_list(document["Statement"]):
            if statement["Effect"] == "Allow":
                yield from _cases(role.name, statement, asked)


def _cases(role: str, statement: dict[str, Any], asked: Asked) -> Iterator[Case]:
    for action in as_list(statement["Action"]):
        for pattern in [] if by_hand(action) else as_list(statement["Resource"]):
            context = dict(satisfying(statement.get("Condition", {})))
            variables = dict.fromkeys(VARIABLE.findall(pattern), PRINCIPAL)
            yield Case(role, action, example(pattern, asked), {**context, **variables})


def example(pattern: str, asked: Asked) -> str:
    """A resource that a pattern matches."""
    if pattern == "*":
        return pattern
    parts = VARIABLE.sub(PRINCIPAL, pattern).split(":", 5)
    for index, own in ((3, asked.region), (4, asked.account)):
        parts[index] = own if parts[index] == "*" else parts[index]
    return ":".join(parts).replace("*", "x").replace("?", "x")


def satisfying(conditions: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Value]]:
    """Context that fulfils every condition; LookupError for an operator that is not known here."""
    for operator, keys in conditions.items():
        several, _, plain = operator.rpartition(":")
        for key, wanted in keys.items():
            first = str(as_list(wanted)[0])
            if plain == "Null":
                if first == "false":
                    yield key, "x"
            elif plain == "Bool":
                yield key, first == "true"
            elif plain in {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}:
                value = first.replace("*", "x") if plain.endswith("Like") else first
                yield key, (value,) if several else value
            else:
                raise LookupError(f"no example for the operator {operator}")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def entries(context: Context, asked: Asked) -> list[dict[str, Any]]:
    """The context as SimulateCustomPolicy takes it."""
    return [_entry(key, value, asked) for key, value in context.items()]


def _entry(key: str, value: Value, asked: Asked) -> dict[str, Any]:
    values: tuple[str, ...]
    if isinstance(value, bool):
        kind, values = "boolean", (str(value).lower(),)
    elif isinstance(value, tuple):
        kind, values = "stringList", value
    else:
        kind, values = "string", (filled(value, asked),)
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": kind}


def filled(pattern: str, asked: Asked) -> str:
    return pattern.format(account=asked.account, region=asked.region, partition=asked.partition)
