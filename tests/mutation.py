"""Delete one objection of a policy at a time and demand that a test fails: part of `make test`.

Each policy is copied with one `(condition, Reason)` left out; its tests then run against the copy.
"""

import ast
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, NoReturn

import boto3  # noqa: F401 - like pydantic, imported once for all mutants
import pydantic  # noqa: F401
import pytest
from rich.console import Console

from tests.embedded import ROOT

LAYER = ROOT / "layers/goldsmith"
TESTS_FAILED = 1
QUIET = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]


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
        status, said = _run(layer, ROOT / "tests/policy" / f"test_{mutant.policy.name}")
    if status == TESTS_FAILED:
        return None
    return f"{mutant.name}: pytest exit {status}: {said}"


def _run(layer: Path, test: Path) -> tuple[int, str]:
    """Run the tests of one policy against this layer in a child of this process; pytest's exit and its last line."""
    with tempfile.TemporaryFile("w+") as out:
        child = os.fork()
        if not child:
            _as_child(layer, test, out.fileno())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        return status, " ".join(out.read().strip().splitlines()[-1:])


def _as_child(layer: Path, test: Path, out: int) -> NoReturn:
    status = -1
    try:
        for stream in (1, 2):
            os.dup2(out, stream)
        status = int(pytest.main([*QUIET, "-o", f"pythonpath=. {layer}", str(test)]))
        sys.stdout.flush()
    finally:
        os._exit(status)


def main() -> int:
    console = Console()
    made = [mutant for policy in sorted(LAYER.glob("goldsmith/policy/*.py")) for mutant in mutants(policy)]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        living = [why for why in pool.map(survives, made) if why]
    for why in living:
        console.print(why, style="red", markup=False)
    console.print(f"{len(made)} objections, {len(made) - len(living)} noticed by a test when deleted")
    return 1 if living or not made else 0


if __name__ == "__main__":
    sys.exit(main())
