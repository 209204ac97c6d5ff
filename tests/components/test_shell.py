"""The scripts as texts: linted as they are written and as they are shipped, small, and explained."""

import subprocess
import sys
from pathlib import Path

import pytest

from goldsmith.recipe.component import assembled
from tests.components.guest import COMPONENTS

SCRIPTS = sorted(path for path in COMPONENTS.rglob("*") if path.is_file() and not path.suffix)
READ = sorted(COMPONENTS.glob("*.sh"))
SHELLCHECK = Path(sys.executable).parent / "shellcheck"
DNF_BRANCHES = {"update": 2, "agents": 1, "nginx": 1}
COMMAND_LIMIT = 64_000  # what a document of SSM may hold, less its frame


def name(path: Path) -> str:
    return str(path.relative_to(COMPONENTS))


@pytest.mark.parametrize("path", [*SCRIPTS, *READ], ids=name)
def test_shellcheck_finds_nothing(path):
    command = [SHELLCHECK, "--external-sources", "--source-path=SCRIPTDIR", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_what_is_shipped_is_one_sound_script(path):
    script = assembled(COMPONENTS, name(path), ["--except", "it's"])
    done = subprocess.run(
        [SHELLCHECK, "--exclude=SC2034,SC2317,SC2329", "-"], input=script, capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert '. "${0' not in script
    assert "\nparse --except 'it'\"'\"'s'\n" in script
    assert len(script.encode()) < COMMAND_LIMIT


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_starts_with_what_it_does_and_why(path):
    first, second, *rest = path.read_text().splitlines()
    assert first == "#!/bin/sh"
    assert second.startswith("# ")
    assert len(rest) < 200
    assert path.stat().st_mode & 0o111


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_branches_that_no_test_here_runs_are_few(path):
    assert path.read_text().count("have dnf") == DNF_BRANCHES.get(name(path), 0)
