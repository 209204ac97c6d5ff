"""Where Goldsmith's own components come from, and that nothing in a user's repository takes their place."""

import shutil
from pathlib import Path

import pytest

from goldsmith.recipe.bundle import CLOSING, Bundle
from goldsmith_cli.recipe.bundle import CLOSING_COMPONENTS, bundle
from goldsmith_cli.recipe.components import components
from tests.embedded import ROOT
from tests.goldsmith_cli.project import HERE, replace, validate, write


def test_in_the_repository_they_lie_beside_the_package():
    assert components() == ROOT / "components/linux"


@pytest.mark.parametrize("beside", [False, True])
def test_where_the_package_is_installed_they_lie_in_it(tmp_path, beside):
    package = tmp_path / "site-packages/goldsmith_cli"
    (package / "components/linux").mkdir(parents=True)
    if beside:  # another package's
        (package.parent / "components/linux").mkdir(parents=True)
    assert components(package) == package / "components/linux"


def own_scripts(made: Bundle) -> dict[str, str | None]:
    return {step.name: step.script for step in (*made.steps[-len(CLOSING) :], *made.tests)}


@pytest.mark.parametrize("change", ["other", "none"])
def test_a_repository_cannot_replace_them(change):
    before = own_scripts(bundle(HERE, Path.cwd()))
    shutil.rmtree("components")
    if change == "other":
        for file in {file for file, _ in CLOSING_COMPONENTS.values()}:
            (Path("components/linux") / file).parent.mkdir(parents=True, exist_ok=True)
            write(f"components/linux/{file}", "#!/bin/sh\nexit 0\n")
    assert own_scripts(bundle(HERE, Path.cwd())) == before
    assert validate()[0] == 0


def test_what_a_recipe_names_comes_from_its_repository():
    replace(HERE, "scripts/mine", "components/linux/update")
    write("components/linux/update", "#!/bin/sh\necho of this repository\n")
    assert "of this repository" in (bundle(HERE, Path.cwd()).steps[0].script or "")
    shutil.rmtree("components")
    code, _, (told,) = validate()
    assert code == 1
    assert told.startswith("recipes/web.yaml:10: components.0.file: components/linux/update is no file in ")
