"""The journal: which role was allowed or refused which action on which resource.  Root users are not in it.

`GOLDSMITH_LOCAL_JOURNAL=FILE` also appends each distinct entry to a file, as a line of JSON, at once.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id

from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace

FILE: Final = "GOLDSMITH_LOCAL_JOURNAL"
Role = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    account: str
    role: str
    action: str
    resource: str
    allowed: bool
    conditions: tuple[str, ...]


_ENTRIES: Final[dict[Entry, None]] = {}
_LOCK: Final = threading.Lock()
_USED: Final[ContextVar[set[str] | None]] = ContextVar("used", default=None)


@patch("nobody learns which condition keys decided")
def journal_conditions() -> None:
    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def first_match(asked: Any, statements: Any, effect: str) -> Any:
            found = original(asked, statements, effect)
            used = _USED.get()
            if found is not None and used is not None:
                used.update(key for keys in found.conditions.values() for key in keys)
            return found

        return first_match

    replace(evaluator, "_first_match", noting)


@contextmanager
def conditions_used() -> Iterator[set[str]]:
    """The condition keys of the statements that decide within this block."""
    used: set[str] = set()
    token = _USED.set(used)
    try:
        yield used
    finally:
        _USED.reset(token)


def role_of(access_key: str) -> Role | None:
    """Account and name of the role behind a session; None for root, users and unknown keys."""
    credential = evaluator.resolve_credential(access_key or "", get_account_id())
    if getattr(credential, "principal_type", "") != "AssumedRole":
        return None
    return credential.account_id, credential.principal_arn.split("/")[1]


def note(role: Role | None, action: str, resource: str, refused: Any, used: set[str]) -> None:
    """Journal one decision; an authentication failure decided nothing."""
    if role is None or isinstance(refused, evaluator.AuthError):
        return
    entry = Entry(*role, action, resource, refused is None, tuple(sorted(used)))
    with _LOCK:
        if entry in _ENTRIES:
            return
        _ENTRIES[entry] = None
        if path := os.environ.get(FILE):
            with Path(path).open("a") as file:
                file.write(json.dumps(asdict(entry)) + "\n")


@command("journal")
def entries(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Distinct decisions in their order, of one `account` or `role` if the command names one."""
    if unknown := asked.keys() - {"account", "role"}:
        raise ValueError(f"the journal knows account and role, not {', '.join(sorted(unknown))}")
    with _LOCK:
        listed = [*_ENTRIES]
    return [asdict(entry) for entry in listed if all(getattr(entry, name) == value for name, value in asked.items())]
