"""The process itself: it leaves nothing behind, and does not serve a world other than the one that was asked for."""

import os
import subprocess
from pathlib import Path

from tests.embedded import PYTHON, ROOT, started
from tests.emulator.functions import call, function


def test_it_leaves_no_files_behind(tmp_path: Path):
    with started(tmp_path, TMPDIR=str(tmp_path)) as embedded:
        account = embedded.new_account()
        function(account, "def handler(event, context): return 1")
        assert call(account) == 1
        (folder,) = tmp_path.glob("goldsmith-local-*")
        assert [path.name for path in folder.iterdir()]

    assert not folder.exists()


def test_a_world_that_cannot_be_ends_it_with_the_reason():
    environment = os.environ | {"GOLDSMITH_LOCAL_WORLD": "nowhere"}
    run = subprocess.run(
        [PYTHON, "-m", "emulator.gateway.server", "0"], cwd=ROOT, env=environment, capture_output=True, check=False
    )

    assert run.returncode == 1
    assert b"cannot load the world 'nowhere'" in run.stderr
