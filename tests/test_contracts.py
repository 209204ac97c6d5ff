"""`tests.contracts` tells a patch that a test guards from one that none does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded import ROOT

TRY = """
import sys
from tests.contracts import Contracts, Emulators, check

class Nothing(Emulators):
    def __init__(self): self.endpoint = "http://nothing"
    def start(self, patch): assert patch != "ends_the_emulator", "it did not come up"
    def end(self): pass
    def leave(self): pass

patches = sys.argv[2:]
sys.exit(check(Contracts(patches, patches), sys.argv[1], Nothing))
"""
CONTRACTS = """
import os
import pytest

@pytest.mark.contract("noticed", "not_noticed", "ends_the_emulator")
def test_one(): assert os.environ["GOLDSMITH_LOCAL_WITHOUT"] != "noticed"

@pytest.mark.contract("not_noticed")
def test_another(): pass

@pytest.mark.contract("waited_for")
def test_that_waits():
    assert os.environ["GOLDSMITH_LOCAL_WITHOUT"] != "waited_for", "still None after 5.0 s"

@pytest.mark.contract("too_slow")
def test_that_always_waits_too_long(): assert False, "still None after 5.0 s"

@pytest.mark.contract("needs_its_own")
def test_that_starts_one(): raise RuntimeError("NotStartedError")
"""
WHY = {
    "noticed": None,
    "waited_for": None,
    "not_noticed": "no contract test fails without it",
    "nobodys": "no test names it",
    "too_slow": "with nothing left out they fail too: ",
    "needs_its_own": "pytest exit 1: ",
    "ends_the_emulator": "pytest exit 3: INTERNALERROR> AssertionError: it did not come up",
}


def tried(folder: Path, *patches: str) -> tuple[int, str]:
    """These patches left out, one at a time, against CONTRACTS: exit status, what is said of them."""
    tests = folder / "test_contracts.py"
    tests.write_text(CONTRACTS)
    run = subprocess.run(
        [sys.executable, "-c", TRY, tests, *patches], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="session")
def tried_all(tmp_path_factory):
    return tried(tmp_path_factory.mktemp("contracts"), *WHY)


@pytest.mark.parametrize(("patch", "why"), WHY.items())
def test_a_patch_is_guarded_only_if_a_test_fails_without_it(tried_all, patch, why):
    status, said = tried_all
    told = f"not guarded: {why}" if why else "guarded\n"
    assert re.search(rf"^\d/7 {patch}: {re.escape(told)}", said, re.MULTILINE), said
    assert "7 patches, 2 guarded by a contract test" in said
    assert status == 1


def test_a_test_that_names_no_patch_is_told(tmp_path):
    status, said = tried(tmp_path, "noticed")
    assert "no such patch: ends_the_emulator" in said
    assert status != 0
