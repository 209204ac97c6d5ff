"""`make test` runs what it is asked to run, and `.ci/run` knows how long each line of it took."""

import os
import subprocess

import pytest

from tests.embedded import ROOT

MAKEFILE = """
good:
\t@echo said; echo complained >&2
bad: good
\t@exit 3
"""


OUTSIDE = {  # what a make around this test hands on
    name: value for name, value in os.environ.items() if name not in {"ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
}


def planned(*arguments: str) -> list[str]:
    """The commands of `make test`, for an up to date set of environments."""
    call = ["make", "-n", "test", *arguments]
    run = subprocess.run(call, cwd=ROOT, env=OUTSIDE, capture_output=True, text=True, check=True)
    return [line for line in run.stdout.splitlines() if line.startswith(".venv/bin/python -m") and " pip " not in line]


def test_all_tests_then_rights_then_mutants():
    tests, rights, mutants = planned()
    assert "pytest -q -n 2" in tests
    assert rights.endswith("pytest -q tests/rights")
    assert mutants.endswith("tests.mutation")


def test_what_is_named_runs_alone():
    assert planned("ARGS=tests/policy -k due") == [".venv/bin/python -m pytest -q tests/policy -k due"]


@pytest.fixture
def timed(tmp_path):
    """Make, with the shell that notes how long a line took."""

    def make(target: str) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
        (tmp_path / "Makefile").write_text(MAKEFILE)
        run = subprocess.run(
            ["make", f"SHELL={ROOT / '.ci/timed'}", ".SHELLFLAGS=$@ -c", target],  # noqa: S607
            cwd=tmp_path, env=OUTSIDE | {"STAGES": "stages"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return run, [line.split("\t") for line in (tmp_path / "stages").read_text().splitlines()]

    return make


def test_each_line_is_timed_and_says_what_it_says(timed):
    run, noted = timed("good")
    assert (run.returncode, run.stdout, run.stderr) == (0, "said\n", "complained\n")
    ((target, *seconds, line),) = noted
    assert (target, line) == ("good", "echo said; echo complained >&2")
    assert len([float(each) for each in seconds]) == 3


def test_a_line_that_fails_still_fails_and_is_noted(timed):
    run, noted = timed("bad")
    assert run.returncode == 2
    assert "Error 3" in run.stderr
    assert [each[0] for each in noted] == ["good", "bad"]
