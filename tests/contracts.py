"""Leave out one patch of an emulator at a time and demand that a contract test fails: `make contracts`.

A test names the patches that it guards: `@pytest.mark.contract("ami_deregister")`.
Emulators and tests are imported once and forked for each patch.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from rich.console import Console
from rich.markup import escape

from tests.children import Children
from tests.embedded import ENDPOINT, PATIENCE, PYTHON, ROOT, NotStartedError, free_port

LIST = "from emulator import patches; print(*(each.name for each in patches.in_order()), sep='\\n')"
WITHOUT = "GOLDSMITH_LOCAL_WITHOUT"  # for the emulators that a test starts itself
PATIENCE_S = 5.0  # how long a test waits for an effect that does not come
IMPATIENT = f"after {PATIENCE_S} s"
AT_ONCE = 4  # more than there are processors: most of the time is spent waiting
PASSED, TESTS_FAILED = 0, 1


class Emulators:
    """Embedded AWSs on one port, one after another, each without a patch (`emulator/gateway/without.py`)."""

    def __init__(self) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [PYTHON, "-m", "emulator.gateway.without", str(port)],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, patch: str) -> None:
        """Start one without this patch, or with all patches, in the place of the last."""
        if self._asked(f"start {patch}") != "started":
            raise NotStartedError(f"without {patch or 'nothing'}")

    def end(self) -> None:
        """End the one that runs."""
        self._asked("end")

    def leave(self) -> None:
        """End all, with the process that starts them."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _asked(self, request: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(request, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()


class Case(NamedTuple):
    """The tests of a patch, to be run without it; or, as a control, with nothing left out."""

    patch: str
    control: bool = False


class Contracts:
    """Which tests guard which patch, and what became of each patch."""

    def __init__(self, patches: Sequence[str], known: Sequence[str]) -> None:
        self.patches, self.known, self.problems, self._done = patches, known, 0, 0
        self._console = Console(highlight=False, soft_wrap=True)

    def cases(self, items: list[pytest.Item]) -> Iterator[Case]:
        named = {patch for item in items for patch in guarded_by(item)}
        if unknown := named - {*self.known}:
            raise pytest.UsageError(f"no such patch: {', '.join(sorted(unknown))}")
        for patch in self.patches:
            if patch in named:
                yield Case(patch)
            else:
                self._tell(patch, "no test names it")

    def ended(self, case: Case, emulators: Emulators, status: int, said: str) -> list[Case]:
        """A test that only lost its patience has to pass, as patient, with nothing left out."""
        emulators.end()
        if case.control:
            self._tell(case.patch, "" if status == PASSED else f"with nothing left out they fail too: {said.strip()}")
        elif status == PASSED:
            self._tell(case.patch, "no contract test fails without it")
        elif status != TESTS_FAILED or "NotStartedError" in said:
            self._tell(case.patch, f"pytest exit {status}: {' '.join(said.strip().splitlines()[-1:])}")
        elif IMPATIENT in said:
            return [Case(case.patch, control=True)]
        else:
            self._tell(case.patch)
        return []

    def _tell(self, patch: str, problem: str = "") -> None:
        self._done += 1
        self.problems += bool(problem)
        told = f"[red]not guarded: {escape(problem)}[/]" if problem else "guarded"
        self._console.print(f"{self._done}/{len(self.patches)} {patch}: {told}")

    def sum_up(self) -> None:
        guarded = len(self.patches) - self.problems
        self._console.print(f"{len(self.patches)} patches, {guarded} guarded by a contract test")


def begin(case: Case, emulators: Emulators, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    left_out = "" if case.control else case.patch
    emulators.start(left_out)
    os.environ |= {WITHOUT: left_out, ENDPOINT: emulators.endpoint, PATIENCE: str(PATIENCE_S)}
    return [item for item in items if case.patch in guarded_by(item)]


def guarded_by(item: pytest.Item) -> list[str]:
    return [patch for mark in item.iter_markers("contract") for patch in mark.args]


def known_patches() -> list[str]:
    listed = subprocess.run([PYTHON, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


def check(contracts: Contracts, tests: str, make: Callable[[], Emulators] = Emulators) -> int:
    """Try these patches against the tests in this place; 1 unless each is guarded."""
    emulators = [make() for _ in contracts.patches[:AT_ONCE]]
    try:
        Children(contracts.cases, begin, contracts.ended, emulators).run(tests)
    finally:
        for each in emulators:
            each.leave()
    contracts.sum_up()
    return 1 if contracts.problems else 0


def main(chosen: Sequence[str]) -> int:
    """Check the chosen patches, or all."""
    known = known_patches()
    if unknown := {*chosen} - {*known}:
        raise SystemExit(f"no such patch: {', '.join(sorted(unknown))}")
    return check(Contracts(chosen or known, known), str(ROOT / "tests/emulator"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
