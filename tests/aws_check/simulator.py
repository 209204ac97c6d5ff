"""Answers SimulateCustomPolicy as IAM's documents say, for the few operators that our policies use."""

import json
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from operator import eq
from typing import Any

VARIABLE = re.compile(r"\$\{([\w:]+)\}")


def decision(documents: list[dict[str, Any]], action: str, resource: str, context: Mapping[str, list[str]]) -> str:
    """`allowed` or `implicitDeny`: no policy of ours denies."""
    statements = [each for document in documents for each in _list(document["Statement"])]
    assert all(each["Effect"] == "Allow" for each in statements)
    return "allowed" if any(_allows(each, action, resource, context) for each in statements) else "implicitDeny"


def _allows(statement: dict[str, Any], action: str, resource: str, context: Mapping[str, list[str]]) -> bool:
    def filled(pattern: str) -> str:
        return VARIABLE.sub(lambda match: context[match[1]][0], pattern)

    return (
        any(fnmatchcase(action.lower(), each.lower()) for each in _list(statement["Action"]))
        and any(fnmatchcase(resource, filled(each)) for each in _list(statement["Resource"]))
        and all(
            _holds(operator, context.get(key), [str(each) for each in _list(wanted)])
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, given: list[str] | None, wanted: list[str]) -> bool:
    every, _, plain = operator.rpartition(":")
    if plain == "Null":
        return (given is None) == (wanted == ["true"])
    matches: Callable[[str, str], bool] = {
        "StringEquals": eq,
        "Bool": eq,
        "StringLike": fnmatchcase,
        "ArnEquals": fnmatchcase,
        "ArnLike": fnmatchcase,
    }[plain]
    if every == "ForAllValues":
        return all(any(matches(value, each) for each in wanted) for value in given or [])
    return given is not None and any(matches(value, each) for value in given for each in wanted)


def answer(asks: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call."""
    documents = [json.loads(each) for each in asks["PolicyInputList"]]
    context = {each["ContextKeyName"]: each["ContextKeyValues"] for each in asks.get("ContextEntries", [])}
    return {
        "EvaluationResults": [
            {"EvalActionName": name, "EvalResourceName": arn, "EvalDecision": decision(documents, name, arn, context)}
            for name in asks["ActionNames"]
            for arn in asks["ResourceArns"]
        ],
        "IsTruncated": False,
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
