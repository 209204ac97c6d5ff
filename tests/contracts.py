"""Leave out one patch of an emulator at a time and demand that a contract test fails: `make contracts`.

A test names the patches that it guards: `@pytest.mark.contract("cfn_object_lock")`.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from tests.embedded import PYTHON, ROOT

LIST = "import json; from local import assembly, patching; print(json.dumps([*patching.PATCHES]))"
TESTS_FAILED = 1


def unguarded(patch: str) -> str | None:
    """Why `patch` is not guarded, or None if its contract test fails without it."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/local", "--contract", patch],
        cwd=ROOT, env=os.environ | {"GOLDSMITH_LOCAL_WITHOUT": patch}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode == TESTS_FAILED and "NotStartedError" not in run.stdout:
        return None
    return f"{patch}: pytest exit {run.returncode}: {run.stdout.strip().splitlines()[-1:]}"


def main() -> int:
    console = Console()
    listed = subprocess.run([PYTHON, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True)
    patches = sys.argv[1:] or json.loads(listed.stdout.splitlines()[-1])
    with ThreadPoolExecutor(2) as pool:
        problems = [problem for problem in pool.map(unguarded, patches) if problem]
    for problem in problems:
        console.print(problem, style="red")
    console.print(f"{len(patches)} patches, {len(patches) - len(problems)} guarded by a contract test")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
