import shutil

import pytest

from tests.embedded import ROOT
from tests.goldsmith_cli.project import HERE, RECIPE, write


@pytest.fixture(autouse=True)
def _project(tmp_path, monkeypatch):
    """The current folder is a user's."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "components/linux", tmp_path / "components/linux")
    write("scripts/mine", '#!/bin/bash\necho "$@"\n')
    write(HERE, RECIPE)
