"""Leave out one patch of an emulator at a time and demand that a contract test fails: `make contracts`.

A test names the patches that it guards: `@pytest.mark.contract("cfn_object_lock")`.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from rich.console import Console

from tests.embedded import PYTHON, ROOT

LIST = "from local import assembly, patching; print(*patching.PATCHES, sep='\\n')"
PATIENCE_S = "5"  # how long a test waits for an effect that does not come
TESTS_FAILED = 1


class Contracts:
    """A pytest plugin that notes which tests guard which patch."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for patch in [patch for mark in item.iter_markers("contract") for patch in mark.args]:
                self.tests.setdefault(patch, []).append(item.nodeid)


def guards() -> dict[str, list[str]]:
    """The tests of each patch, collected once."""
    found = Contracts()
    if code := pytest.main(["-qq", "--collect-only", "--no-summary", str(ROOT / "tests/local")], plugins=[found]):
        raise SystemExit(f"the tests cannot be collected: pytest exit {code}")
    return found.tests


def unguarded(patch: str, tests: Sequence[str]) -> str | None:
    """Why `patch` is not guarded, or None if one of its contract tests fails without it."""
    if not tests:
        return "no test names it"
    environment = {"GOLDSMITH_LOCAL_WITHOUT": patch, "GOLDSMITH_TEST_PATIENCE": PATIENCE_S}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line", *tests],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode == TESTS_FAILED and "NotStartedError" not in run.stdout:
        return None
    return f"pytest exit {run.returncode}: {' '.join(run.stdout.strip().splitlines()[-1:])}"


def main(chosen: Sequence[str]) -> int:
    """Check the chosen patches, or all; the exit code is 1 unless each of them is guarded."""
    console, tests = Console(highlight=False, soft_wrap=True), guards()
    listed = subprocess.run([PYTHON, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True)
    patches = listed.stdout.split()
    if unknown := [*{*chosen, *tests} - {*patches}]:
        console.print(f"no such patch: {', '.join(sorted(unknown))}", style="red")
        return 1
    problems = 0
    with ThreadPoolExecutor(2) as pool:
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
