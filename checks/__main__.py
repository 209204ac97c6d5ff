"""`python -m checks`: every check, all problems, one line each; exit 1 if there is any."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from checks import calls, policies, templates, workflows
from checks.problem import Check, Problem

ROOT: Final = Path(__file__).parent.parent

CHECKS: Final[Mapping[str, Check]] = {
    "calls": calls.check,
    "policies": policies.check,
    "templates": templates.check,
    "workflows": workflows.check,
}
"""Each check by the name of its module."""


def problems(root: Path) -> list[Problem]:
    return sorted({problem for check in CHECKS.values() for problem in check(root)})


def main() -> int:
    found = problems(ROOT)
    for problem in found:
        print(problem)  # noqa: T201 - what a person reads
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
