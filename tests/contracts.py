"""Leave out one patch of an emulator at a time and demand that a contract test fails: `make contracts`.

A test names the patches that it guards: `@pytest.mark.contract("cfn_object_lock")`.
Emulators and tests are imported once and forked for each patch.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import IO

import pytest
from rich.console import Console

from tests.embedded import ENDPOINT, PATIENCE, PYTHON, ROOT, free_port, wait_until_ready

LIST = "from local import assembly, patching; print(*patching.PATCHES, sep='\\n')"
PATIENCE_S = "5"  # how long a test waits for an effect that does not come
TESTS_FAILED = 1
QUIET = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line", "--no-header"]


class Contracts:
    """A pytest plugin that notes which tests guard which patch."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for patch in [patch for mark in item.iter_markers("contract") for patch in mark.args]:
                self.tests.setdefault(patch, []).append(item.nodeid)


class Emulators:
    """Embedded AWSs on one port, each without a patch (`local/without.py`)."""

    def __init__(self) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [PYTHON, "-m", "local.without", str(port)],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._read()

    def lacks(self, patch: str) -> None:
        """Start one without this patch in the place of the last."""
        self._ask(patch)
        wait_until_ready(self.endpoint, self._process)

    def end(self) -> None:
        self._ask("")

    def _ask(self, line: str) -> None:
        assert self._process.stdin
        print(line, file=self._process.stdin, flush=True)
        self._read()

    def _read(self) -> str:
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the embedded AWS ended")
        return line


EMULATORS: list[Emulators] = []  # one in each process of the pool


def guards() -> dict[str, list[str]]:
    """The tests of each patch, collected once."""
    found = Contracts()
    with contextlib.redirect_stdout(sys.stderr):
        code = pytest.main([*QUIET, "-qq", "--collect-only", str(ROOT / "tests/local")], plugins=[found])
    if code:
        raise SystemExit(f"the tests cannot be collected: pytest exit {code}")
    return found.tests


def unguarded(patch: str, tests: Sequence[str]) -> str | None:
    """Why `patch` is not guarded, or None if one of its contract tests fails without it."""
    if not tests:
        return "no test names it"
    if not EMULATORS:
        EMULATORS.append(Emulators())
    emulators = EMULATORS[0]
    emulators.lacks(patch)
    with tempfile.TemporaryFile("w+") as out:
        code = _run(tests, {"GOLDSMITH_LOCAL_WITHOUT": patch, ENDPOINT: emulators.endpoint, PATIENCE: PATIENCE_S}, out)
        out.seek(0)
        said = out.read()
    emulators.end()
    if code == TESTS_FAILED and "NotStartedError" not in said:
        return None
    return f"pytest exit {code}: {' '.join(said.strip().splitlines()[-1:])}"


def _run(tests: Sequence[str], environment: dict[str, str], out: IO[str]) -> int:
    """Run these tests in a child of this process, which has imported them; the exit status of pytest."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = -1
    try:
        for stream in (1, 2):
            os.dup2(out.fileno(), stream)
        os.environ |= environment
        status = int(pytest.main([*QUIET, *tests]))
        sys.stdout.flush()
    finally:
        os._exit(status)


def main(chosen: Sequence[str]) -> int:
    """Check the chosen patches, or all; the exit code is 1 unless each of them is guarded."""
    console, tests = Console(highlight=False, soft_wrap=True), guards()
    listed = subprocess.run([PYTHON, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True)
    patches = listed.stdout.split()
    if unknown := [*{*chosen, *tests} - {*patches}]:
        console.print(f"no such patch: {', '.join(sorted(unknown))}", style="red")
        return 1
    problems = 0
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        runs = {pool.submit(unguarded, each, tests.get(each, [])): each for each in chosen or patches}
        for done, run in enumerate(as_completed(runs), 1):
            problem = run.result()
            problems += problem is not None
            told = f"[red]not guarded: {problem}[/]" if problem else "guarded"
            console.print(f"{done}/{len(runs)} {runs[run]}: {told}")
    console.print(f"{len(runs)} patches, {len(runs) - problems} guarded by a contract test")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
