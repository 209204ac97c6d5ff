"""Delete one objection of a policy at a time and demand that a test fails: part of `make test`.

Each policy is copied with one `(condition, Reason)` left out; its tests then run against the copy.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from tests.embedded import ROOT

LAYER = ROOT / "layers/goldsmith"
TESTS_FAILED = 1


class Mutant(NamedTuple):
    policy: Path
    objection: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.policy.name} without {self.objection}"


def mutants(policy: Path) -> Iterator[Mutant]:
    """The policy with one objection of each `Verdict.unless`, or of what it takes from `stays`, left out at a time."""
    text = policy.read_text()
    for node in ast.walk(ast.parse(text)):
        for objection in _objections(node):
            yield Mutant(policy, ast.unparse(objection), _without(text, objection))


def _objections(node: ast.AST) -> list[ast.expr]:
    """What another file says (`*stays(…)`) is left out there."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "Verdict.unless":
        return [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Objections":
        return [each for line in node.body if isinstance(line, ast.Return) for each in getattr(line.value, "elts", [])]
    return []


def _without(text: str, node: ast.expr) -> str:
    """`(False, Reason.UNSEEN)` stands in its place: the objection never holds, and the file still imports the same."""
    objection = ast.get_source_segment(text, node)
    if objection is None or not isinstance(node, ast.Tuple) or text.count(objection) != 1:
        raise ValueError(f"line {node.lineno} is no objection of its own: {objection}")
    return text.replace(objection, f"(False, {ast.unparse(node.elts[1])})")


def survives(mutant: Mutant) -> str | None:
    """Why the mutant lives, or None if a test fails with it."""
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder)
        shutil.copytree(LAYER / "goldsmith", layer / "goldsmith", ignore=shutil.ignore_patterns("__pycache__"))
        (layer / mutant.policy.relative_to(LAYER)).write_text(mutant.source)
        test = ROOT / "tests/policy" / f"test_{mutant.policy.name}"
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-o", f"pythonpath=. {layer}", test],
            cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if run.returncode == TESTS_FAILED:
        return None
    return f"{mutant.name}: pytest exit {run.returncode}: {run.stdout.strip().splitlines()[-1:]}"


def main() -> int:
    console = Console()
    made = [mutant for policy in sorted(LAYER.glob("goldsmith/policy/*.py")) for mutant in mutants(policy)]
    with ThreadPoolExecutor(2) as pool:
        living = [why for why in pool.map(survives, made) if why]
    for why in living:
        console.print(why, style="red", markup=False)
    console.print(f"{len(made)} objections, {len(made) - len(living)} noticed by a test when deleted")
    return 1 if living or not made else 0


if __name__ == "__main__":
    sys.exit(main())
