"""Collect tests once and run some of them in one child after another: `tests.mutation` and `tests.contracts`.

pytest takes longer to start and to collect than a table of values takes to run.
"""

import gc
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Generic, TypeVar

import pytest

Case = TypeVar("Case")
Place = TypeVar("Place")
QUIET = ["-qq", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=no", "--tb=short", "--no-header"]


@dataclass
class Children(Generic[Case, Place]):
    """A pytest plugin that runs tests for each case, in a child of its own; the parent runs none.

    As many children run at once as there are places; a place is what a child has to itself, such as a port.
    """

    cases: Callable[[list[pytest.Item]], Iterable[Case]]  # what to try, from the tests that were collected
    begin: Callable[[Case, Place, list[pytest.Item]], Sequence[pytest.Item]]  # in the child: the tests that it runs
    # In the parent, with pytest's status and output: what to try next.
    ended: Callable[[Case, Place, int, str], Iterable[Case]]
    places: Iterable[Place]
    _child: bool = False
    _running: dict[int, tuple[Case, Place, IO[str]]] = field(default_factory=dict)

    def run(self, *arguments: str) -> None:
        """Collect what `arguments` name, and try all cases; SystemExit if it cannot be collected."""
        status = int(pytest.main([*QUIET, *arguments], plugins=[self]))
        sys.stdout.flush()
        sys.stderr.flush()
        if self._child:
            os._exit(status)
        if status:
            raise SystemExit(f"no case was tried, or not all: pytest exit {status}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """True ends the parent's loop; None lets pytest go on with the child's tests."""
        gc.freeze()  # or each child's collector writes to every object that it shares with the parent, and copies it
        free, waiting = [*self.places], deque(self.cases(session.items))
        while waiting or self._running:
            if free and waiting:
                case, place = waiting.popleft(), free.pop()
                if self._forked(case, place):
                    session.items[:] = self.begin(case, place, session.items)
                    return None
            else:
                place, more = self._ended()
                free.append(place)
                waiting.extend(more)
        return True

    def _forked(self, case: Case, place: Place) -> bool:
        """Whether this is the child."""
        out = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read and closed when the child has ended
        sys.stdout.flush()
        if child := os.fork():
            self._running[child] = (case, place, out)
            return False
        self._child = True
        for stream in (1, 2):
            os.dup2(out.fileno(), stream)
        out.close()  # here: a test would be blamed for it
        return True

    def _ended(self) -> tuple[Place, Iterable[Case]]:
        """Wait until a child has ended: its place, which is free again, and what to try because of it."""
        child, status = os.wait()
        if child not in self._running:
            raise RuntimeError(f"process {child} ended with {os.waitstatus_to_exitcode(status)} before its time")
        case, place, out = self._running.pop(child)
        with out:
            out.seek(0)
            return place, self.ended(case, place, os.waitstatus_to_exitcode(status), out.read())
