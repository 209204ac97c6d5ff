"""`tests.mutation` counts every objection and names the one that no test notices."""

import ast
import subprocess
import sys

import pytest

from tests.embedded import ROOT
from tests.mutation import POLICIES, Mutant, mutants, put_in_place

PROLONG = next(policy for policy in POLICIES if policy.stem == "postpone")
TESTS = "tests/policy/test_postpone.py"


TRY = """
import sys
from tests.mutation import check
from tests.test_mutation import PROLONG
sys.exit(check([PROLONG], *sys.argv[1:]))
"""


def tried(*arguments: str) -> tuple[int, str, str]:
    """Each objection of PROLONG left out, against its tests as pytest's arguments choose them: exit status, output."""
    run = subprocess.run(
        [sys.executable, "-c", TRY, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    return run.returncode, run.stdout.strip(), run.stderr


def test_an_objection_whose_test_is_gone_is_told():
    status, said, _ = tried(TESTS, "-k", "not not_ours")
    living, count = said.splitlines()
    assert living.startswith("postpone.py without (not facts.concerned")
    assert living.endswith("Reason.NOT_OURS): no test fails")
    assert count == "2 objections, 1 noticed by a test when deleted"
    assert status == 1


def test_all_are_noticed_by_all_tests():
    assert tried(TESTS) == (0, "2 objections, 2 noticed by a test when deleted", "")


def test_tests_that_fail_anyway_notice_nothing(tmp_path):
    """Each failed with its objection left out, and would have without."""
    (tmp_path / "test_postpone.py").write_text("def test_nothing():\n    assert False\n")
    status, said, _ = tried(str(tmp_path / "test_postpone.py"))
    assert said.startswith("postpone.py without a change: pytest exit 1")
    assert status == 1


def test_tests_that_cannot_be_collected_notice_nothing():
    status, said, _ = tried("tests/policy/test_none.py")
    assert status != 0
    assert "noticed" not in said


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.stem)
def test_every_objection_is_left_out(policy):
    """Each is a pair that ends in a Reason; counted from the whole file, wherever it stands."""
    pairs = [node for node in ast.walk(ast.parse(policy.read_text())) if isinstance(node, ast.Tuple)]
    objections = [pair for pair in pairs if len(pair.elts) == 2 and ast.unparse(pair.elts[1]).startswith("Reason.")]
    assert [each.objection for each in mutants(policy)] == [ast.unparse(each) for each in objections]


def test_a_mutant_that_changes_no_function_is_refused():
    with pytest.raises(ValueError, match="in no function"):
        put_in_place(Mutant(PROLONG, "nothing", PROLONG.read_text()))
