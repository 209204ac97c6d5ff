"""`goldsmith validate` on files and folders."""

import shutil
from pathlib import Path

from tests.embedded import ROOT
from tests.goldsmith_cli.project import RECIPE, validate, write


def test_a_good_recipe_is_one_line():
    assert validate() == (0, ["recipes/web.yaml: web is good: 6 steps, x86_64"], [])


def test_the_recipes_that_come_with_goldsmith_are_good(monkeypatch):
    monkeypatch.chdir(ROOT)
    code, told, wrong = validate()
    assert (code, wrong) == (0, [])
    assert [line.partition(":")[0] for line in told] == sorted(str(p) for p in Path("recipes").glob("*.yaml"))


def test_every_problem_of_every_recipe_is_told():
    write("recipes/bad.yaml", RECIPE.replace("environment: test", "environment: prod").replace("web\n", "bad\n"))
    write("recipes/none.yml", "\tnothing")
    Path("scripts/mine").unlink()
    code, good, told = validate("recipes")
    assert (code, good) == (1, [])
    assert {line.partition(":")[0] for line in told} == {"recipes/bad.yaml", "recipes/none.yml", "recipes/web.yaml"}


def test_two_recipes_of_one_family_are_refused():
    write("recipes/again.yaml", RECIPE)
    code, _, (told,) = validate()
    assert code == 1
    assert told.startswith("recipes/web.yaml:1: family: web is the family of recipes/again.yaml too; ")


def test_families_that_are_built_on_each_other_are_refused():
    for name, other in (("web", "base"), ("base", "web")):
        channel = f"base: {{channel: {{family: {other}, name: production}}}}"
        text = RECIPE.replace("base: {parameter: {x86_64: /some/parameter}}", channel).replace(": web\n", f": {name}\n")
        write(f"recipes/{name}.yaml", text)
    assert validate("recipes/web.yaml")[0] == 0, "the other may be built by somebody else"
    code, _, (told,) = validate()
    assert code == 1
    assert told.startswith("recipes/base.yaml:6: base.channel.family: base is built on web is built on base; ")


def test_a_folder_without_recipes_is_no_success():
    shutil.rmtree("recipes")
    assert validate()[0] == 2
    Path("recipes").mkdir()
    assert validate("recipes")[0] == 2
