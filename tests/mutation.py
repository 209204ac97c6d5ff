"""Delete one objection of a policy at a time and demand that a test fails: part of `make test`.

The tests of all policies are collected once.  For each `(condition, Reason)`, a child process puts the policy's code
without it in the place of the policy's code, and runs that policy's tests until one fails.  One more child for each
policy leaves nothing out: there they must pass, or a failure would say nothing about the objection.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import NamedTuple

import pytest
from rich.console import Console

from tests.children import Children
from tests.embedded import ROOT

POLICIES = sorted(ROOT.glob("layers/goldsmith/goldsmith/policy/*.py"))
TESTS = ROOT / "tests/policy"
PASSED, TESTS_FAILED = 0, 1


class Mutant(NamedTuple):
    """A policy less one objection; the empty objection is none."""

    policy: Path
    objection: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.policy.name} without {self.objection or 'a change'}"


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


def put_in_place(mutant: Mutant) -> None:
    """Exchange the code of the policy's functions: whoever imported one has the mutant's from now on.

    ValueError if that changes nothing, because the objection is not in a function of the module.
    """
    module = import_module(f"goldsmith.policy.{mutant.policy.stem}")
    changed = {"__name__": module.__name__}
    exec(compile(mutant.source, mutant.policy, "exec"), changed)  # noqa: S102 - our policy, less one objection
    differs = False
    for name, function in vars(module).items():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            code = getattr(changed[name], "__code__")  # noqa: B009 - mypy knows no function there
            differs |= code != function.__code__
            function.__code__ = code
    if not differs:
        raise ValueError(f"{mutant.name}: this is in no function of the module")


def begin(mutant: Mutant, _: int, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests of the mutant's policy: tables first, since properties take longer to find and to shrink a failure."""
    if mutant.objection:
        put_in_place(mutant)
    own = [item for item in items if item.path.name == f"test_{mutant.policy.name}"]
    return sorted(own, key=lambda item: item.get_closest_marker("hypothesis") is not None)


def problem(mutant: Mutant, status: int, said: str) -> str | None:
    """What the run of a mutant's tests shows to be wrong, if anything."""
    if status == (TESTS_FAILED if mutant.objection else PASSED):
        return None
    why = "no test fails" if status == PASSED else f"pytest exit {status}: {said.strip()}"
    return f"{mutant.name}: {why}"


def check(policies: Sequence[Path], *arguments: str) -> int:
    """Try each objection of these policies against the tests that pytest collects; the exit status."""
    console = Console(highlight=False, soft_wrap=True)
    made = [mutant for policy in policies for mutant in mutants(policy)]
    unchanged = [Mutant(policy, "", policy.read_text()) for policy in dict.fromkeys(each.policy for each in made)]
    problems: dict[Mutant, str] = {}

    def ended(mutant: Mutant, _: int, status: int, said: str) -> tuple[()]:
        if why := problem(mutant, status, said):
            problems[mutant] = why
        return ()

    Children(lambda _: [*unchanged, *made], begin, ended, range(2)).run(*(arguments or [str(TESTS)]))
    for why in sorted(problems.values()):
        console.print(why, style="red", markup=False)
    console.print(f"{len(made)} objections, {len({*made} - {*problems})} noticed by a test when deleted")
    return 1 if problems or not made else 0


if __name__ == "__main__":
    sys.exit(check(POLICIES))
