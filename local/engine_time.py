"""Time in workflows: waits, retry intervals and time-outs are named timers, so that a test ends them and no clock does.

`real` is AWS by the wall clock; `instant` lets waits and retry intervals pass at once and holds time-outs;
`held` holds everything until the command `expire`.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from local.control import command

SPEEDS: Final = ("held", "instant", "real")
AT_ONCE: Final = ("wait", "retry")
FIELDS: Final = ("account", "execution", "state", "iteration", "kind")

DEFAULT: Final = os.environ.get("GOLDSMITH_LOCAL_CLOCK", "real")
if DEFAULT not in SPEEDS:
    raise ValueError(f"GOLDSMITH_LOCAL_CLOCK: no such speed: {DEFAULT!r}; there are: {', '.join(SPEEDS)}")

_lock: Final = threading.RLock()
_pending: Final[list["Timer"]] = []
_speeds: Final[dict[str, str]] = {}


@dataclass(eq=False)
class Timer:
    """Something an execution waits for; with `seconds` None it has no limit and is only woken when `env` is over."""

    env: Any
    kind: str
    seconds: float | None
    done: threading.Event
    state: str = ""
    iteration: int | None = None
    execution: str = ""
    expired: bool = False

    def __post_init__(self) -> None:
        context = self.env.states.context_object.context_object_data
        self.state = "" if self.kind == "execution" else self.env.next_state_name or ""
        self.iteration = context["Map"]["Item"]["Index"] if "Map" in context else None
        self.execution = context["Execution"]["Id"]

    @property
    def account(self) -> str:
        return self.execution.split(":")[4]

    def expire(self) -> bool:
        with _lock:
            if not self.done.is_set():
                self.expired = True
                self.done.set()
            return self.expired

    def matches(self, wanted: dict[str, Any]) -> bool:
        name = self.execution.rsplit(":", 1)[-1]
        return all(
            value in (self.execution, name) if field == "execution" else value == getattr(self, field)
            for field, value in wanted.items()
        )


def wait(env: Any, kind: str, seconds: float | None, done: threading.Event) -> bool:
    """Wait until `done` is set, `env` is over or the timer expires; true if the timer expired."""
    timer = Timer(env, kind, seconds, done)
    with _registered(timer):
        speed = _speed(timer.account)
        if not env.is_running():  # asked after registering, so that an end in between still wakes us
            return False
        if speed == "instant" and kind in AT_ONCE:
            return True
        if not threading.Event.wait(done, seconds if speed == "real" else None):
            timer.expire()
    return timer.expired


@contextmanager
def _registered(timer: Timer) -> Iterator[None]:
    with _lock:
        _pending.append(timer)
    try:
        yield
    finally:
        with _lock:
            _pending.remove(timer)


def wake(env: Any) -> None:
    """Let everything that waits on behalf of `env` look again."""
    with _lock:
        for timer in _pending:
            if timer.env is env:
                timer.done.set()


def _speed(account: str) -> str:
    return _speeds.get(account) or _speeds.get("") or DEFAULT


def _matching(body: dict[str, Any]) -> list[Timer]:
    if unknown := body.keys() - set(FIELDS):
        raise ValueError(f"no such field of a timer: {', '.join(sorted(unknown))}; there are: {', '.join(FIELDS)}")
    with _lock:
        return [timer for timer in _pending if timer.seconds is not None and timer.matches(body)]


@command("timers")
def timers(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The pending timers, all or those whose account, execution (ARN or name), state, iteration and kind match.

    `iteration` is the index in the Map around the state, or null.
    """
    return [{field: getattr(timer, field) for field in (*FIELDS, "seconds")} for timer in _matching(body)]


@command("expire")
def expire(body: dict[str, Any]) -> dict[str, int]:
    """Let all matching timers expire now; answers how many."""
    return {"expired": sum(timer.expire() for timer in _matching(body))}


@command("clock")
def clock(body: dict[str, Any]) -> dict[str, str]:
    """Set the speed of one account, or of all that have none of their own; without `speed`, tell it."""
    account, speed = body.get("account", ""), body.get("speed")
    if speed is not None and speed not in SPEEDS:
        raise ValueError(f"no such speed: {speed!r}; there are: {', '.join(SPEEDS)}")
    if speed is not None:
        _speeds[account] = speed
    for timer in _matching({}):
        if timer.kind in AT_ONCE and _speed(timer.account) == "instant":
            timer.expire()
    return {"speed": _speed(account)}
