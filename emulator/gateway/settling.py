"""Whether anything goes on by itself: each request, event on its way and thread is counted until it is over.

A thread counts if what starts it does, a timer from the moment it is set.  One that waits for an event which somebody
else must set (a timer of a workflow, a task token, a branch, a command that is held on a host) rests meanwhile.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import thread as pool
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Self

from emulator.gateway.control import PREFIX, command
from emulator.gateway.patching import patch, replace

_WORK: Final[set["Work"]] = set()
_CHANGED: Final = threading.Condition()
_COUNTED: Final[ContextVar[bool]] = ContextVar("counted", default=False)
_HERE: Final = threading.local()


class Work:
    """Something that goes on, from here to the end of its `with` block, which may stand in another thread."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.awaits: threading.Event | None = None
        with _CHANGED:
            _WORK.add(self)

    def __enter__(self) -> Self:
        self._before = _COUNTED.set(True)
        return self

    def __exit__(self, *_: object) -> None:
        _COUNTED.reset(self._before)
        self.end()

    def end(self) -> None:
        with _CHANGED:
            _WORK.discard(self)
            _tell_if_quiet()

    @property
    def rests(self) -> bool:
        return self.awaits is not None and not self.awaits.is_set()


def _quiet() -> bool:
    return all(each.rests for each in _WORK)


def _tell_if_quiet() -> None:
    if _quiet():
        _CHANGED.notify_all()


def counted() -> bool:
    """Whether what is started here counts."""
    return _COUNTED.get()


@contextmanager
def counting(*, on: bool) -> Iterator[None]:
    """Let what is started within count, or not: what serves whoever comes has no end."""
    before = _COUNTED.set(on)
    try:
        yield
    finally:
        _COUNTED.reset(before)


@contextmanager
def resting(until: threading.Event) -> Iterator[None]:
    """This thread does nothing before somebody else sets that event."""
    work: Work | None = getattr(_HERE, "work", None)
    if work is None:
        yield
        return
    with _CHANGED:
        work.awaits = until
        _tell_if_quiet()
    try:
        yield
    finally:
        work.awaits = None


@patch("nobody knows whether a thread still works")
def threads_counted() -> None:
    def counting_from(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
        def begin(self: threading.Thread) -> None:
            if not counted() or getattr(self, "_target", None) is pool._worker:
                start(self)
                return
            work, run = Work(self.name), self.run

            def run_and_end() -> None:
                _HERE.work = work
                with work:
                    run()

            setattr(self, "run", run_and_end)  # noqa: B010 - mypy takes no other assignment to a method
            try:
                start(self)
            except RuntimeError:  # no thread is to be had
                work.end()
                raise

        return begin

    replace(threading.Thread, "start", counting_from)


@command("settled")
def settled(body: dict[str, Any]) -> dict[str, Any]:
    """`{seconds?: 60}`: answer when nothing goes on by itself any more, in any account: events cross accounts.

    What is held (a timer, an image, a host, a scan) stays so until a command says otherwise.  400 with what still goes
    on after so many seconds.
    """
    seconds = float(body.get("seconds", 60))
    with _CHANGED:
        if not _CHANGED.wait_for(_quiet, seconds):
            going = sorted(each.name for each in _WORK if not each.rests)
            raise ValueError(f"still at work after {seconds} s: {', '.join(going)}")
    return {"settled": True}


def requests_counted(app: Any) -> Any:
    """`app`, each of whose requests counts until it is answered."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] == f"{PREFIX}settled":
            await app(scope, receive, send)
            return
        with Work(f"{scope['method']} {scope['path']}"):
            await app(scope, receive, send)

    return serve
