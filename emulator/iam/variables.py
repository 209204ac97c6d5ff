"""Policy variables: `${aws:PrincipalAccount}` in a resource or a condition stands for the value of that key."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace as changed
from typing import Any, Final

from ministack.core import iam_evaluator as evaluator
from ministack.services import iam as roles

from emulator.gateway.patching import patch, replace

VARIABLE: Final = re.compile(r"\$\{([^}',]+)(?:,\s*'([^']*)')?\}")
SESSION: Final = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<name>[^/]+)/.*")
LITERAL: Final = {"*": "*", "?": "?", "$": "$"}


class _UnsetError(Exception):
    """The request has no such key, so the statement does not match."""


@patch("policy variables are compared as they are written")
def iam_policy_variables() -> None:
    def resolving(original: Callable[..., Any]) -> Callable[..., Any]:
        def first_match(asked: Any, statements: Sequence[Any], effect: str) -> Any:
            return original(asked, [resolved for one in statements for resolved in _resolved(one, asked)], effect)

        return first_match

    replace(evaluator, "_first_match", resolving)


def _resolved(statement: Any, asked: Any) -> list[Any]:
    if "${" not in f"{statement.resources}{statement.not_resources}{statement.conditions}":
        return [statement]
    try:
        return [
            changed(
                statement,
                resources=_filled(statement.resources, asked),
                not_resources=_filled(statement.not_resources, asked),
                conditions=_filled(statement.conditions, asked),
            )
        ]
    except _UnsetError:
        return []


def _filled(part: Any, asked: Any) -> Any:
    """The values of a part of a statement, with their variables filled in; keys have none."""
    if isinstance(part, str):
        return VARIABLE.sub(lambda match: _value(match[1].strip(), match[2], asked), part)
    if isinstance(part, dict):
        return {key: _filled(value, asked) for key, value in part.items()}
    return [_filled(value, asked) for value in part] if isinstance(part, list) else part


def _value(key: str, default: str | None, asked: Any) -> str:
    if key in LITERAL:
        return LITERAL[key]
    value = evaluator._resolve_condition_key(key, asked)
    if isinstance(value, str):
        return value
    if default is None:
        raise _UnsetError(key)
    return default


@patch("aws:PrincipalArn of a session is the session's ARN, where AWS has that of its role")
def iam_principal_arn() -> None:
    def resolving(original: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(key: str, asked: Any) -> Any:
            value = original(key, asked)
            return _role_of(value) if key.lower() == "aws:principalarn" and isinstance(value, str) else value

        return resolve

    replace(evaluator, "_resolve_condition_key", resolving)


def _role_of(arn: str) -> str:
    """With its path, if the role is there."""
    session = SESSION.fullmatch(arn)
    if session is None:
        return arn
    role = roles._roles.get_scoped(session["account"], None, session["name"]) or {}
    return str(role.get("Arn") or f"arn:{session['partition']}:iam::{session['account']}:role/{session['name']}")
