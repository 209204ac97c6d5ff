"""Time in workflows: waits, retry intervals and time-outs are named timers, so that a test ends them and no clock does.

`real` is AWS by the wall clock; `instant` lets waits and retry intervals pass at once, lets a look come the moment
there is something new to see, and holds other time-outs; `held` holds everything until the command `expire`.

A look: what AWS tells nobody (an agent that reports, checks that pass) a workflow looks at again and again, between
token tasks with a short time-out.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from emulator.gateway.control import command
from emulator.gateway.settling import resting
from emulator.hosts.behaviour import WATCHERS

SPEEDS: Final = ("held", "instant", "real")
AT_ONCE: Final = ("wait", "retry")
LOOK_S: Final = 30  # a time-out of a token task that is longer waits for an event
FIELDS: Final = ("account", "execution", "state", "iteration", "kind")

DEFAULT: Final = os.environ.get("GOLDSMITH_LOCAL_CLOCK", "real")
if DEFAULT not in SPEEDS:
    raise ValueError(f"GOLDSMITH_LOCAL_CLOCK: no such speed: {DEFAULT!r}; there are: {', '.join(SPEEDS)}")

_lock: Final = threading.RLock()
_pending: Final[list["Timer"]] = []
_speeds: Final[dict[str, str]] = {}
_changes: Final[Counter[str]] = Counter()  # how often something new could be seen, by account
_asked: Final[set[str]] = set()  # tokens whose task has been started: from then on it waits


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
    token: str = ""
    seen: int = 0  # how many changes there were when the attempt began that this is the time-out of

    def __post_init__(self) -> None:
        context = self.env.states.context_object.context_object_data
        self.token = context.get("Task", {}).get("Token", "")
        self.state = "" if self.kind == "execution" else self.env.next_state_name or ""
        self.iteration = context["Map"]["Item"]["Index"] if "Map" in context else None
        self.execution = _execution(self.env)

    @property
    def account(self) -> str:
        return self.execution.split(":")[4]

    def expire(self) -> bool:
        with _lock:
            if not self.done.is_set():
                self.expired = True
                self.done.set()
            return self.expired

    def is_due_look(self) -> bool:
        """Whether what this attempt has looked at, and now waits for, may have changed since it began."""
        short = self.kind == "timeout" and self.seconds is not None and self.seconds <= LOOK_S
        return short and self.token in _asked and self.seen != _changes[self.account]

    def matches(self, wanted: dict[str, Any]) -> bool:
        name = self.execution.rsplit(":", 1)[-1]
        return all(
            value in (self.execution, name) if field == "execution" else value == getattr(self, field)
            for field, value in wanted.items()
        )


def wait(env: Any, kind: str, seconds: float | None, done: threading.Event, seen: int = 0) -> bool:
    """Wait until `done` is set, `env` is over or the timer expires; true if the timer expired."""
    timer = Timer(env, kind, seconds, done, seen=seen)
    with _registered(timer):
        speed = _speed(timer.account)
        if not env.is_running():  # asked after registering, so that an end in between still wakes us
            return False
        if speed == "instant" and kind in AT_ONCE:
            return True
        _look_again([timer])
        with resting(done):
            expired = not threading.Event.wait(done, seconds if speed == "real" else None)
        if expired:
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
            if timer.kind == "timeout":
                _asked.discard(timer.token)


def changes(env: Any) -> int:
    """How often there has been something new to see in the account of this execution."""
    return _changes[_execution(env).split(":")[4]]


def _execution(env: Any) -> str:
    return str(env.states.context_object.context_object_data["Execution"]["Id"])


def asked(token: str) -> None:
    """What does the task with this token has been invoked and has answered: from now on the task waits."""
    with _lock:
        _asked.add(token)
        _look_again([timer for timer in _pending if timer.token == token])


def _look_again(timers: list[Timer]) -> None:
    with _lock:
        for timer in timers:
            if _speed(timer.account) == "instant" and timer.is_due_look():
                timer.expire()


def _hosts_changed(account: str) -> None:
    with _lock:
        _changes[account] += 1
        _look_again([timer for timer in _pending if timer.account == account])


WATCHERS.append(_hosts_changed)


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
    _look_again(_matching({}))
    return {"speed": _speed(account)}
