import shutil
from pathlib import Path

import pytest

from goldsmith_cli.recipe import bundle
from tests.embedded import ROOT
from tests.goldsmith_cli.project import HERE, RECIPE, write


@pytest.fixture(autouse=True)
def _project(tmp_path, monkeypatch):
    """The current folder is a user's."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "components/linux", tmp_path / "components/linux")
    write("scripts/mine", '#!/bin/bash\necho "$@"\n')
    write(HERE, RECIPE)


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> Path:
    """A folder that stands for where Goldsmith is installed; its components may be changed."""
    home = tmp_path_factory.mktemp("goldsmith")
    shutil.copytree(ROOT / "components/linux", home / "components/linux")
    monkeypatch.setattr(bundle, "components", lambda: home / "components/linux")
    return home
