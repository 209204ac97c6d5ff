"""`goldsmith validate`, and the bundles that `goldsmith apply` uploads."""

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.bundling import bundle
from cli.main import app
from goldsmith.bundle import CLOSING
from goldsmith.recipe import BadRecipe
from tests.embedded import ROOT

RECIPE = """family: web
description: test
owner: {team: web, email: web@example.com, slack: "#web"}
environment: test
intended_use: test
base: {parameter: {x86_64: /some/parameter}}
architectures: [x86_64]
builder: {instance_types: {x86_64: [m6i.large]}}
components:
  - {name: mine, file: scripts/mine, minutes: 2, arguments: [a b]}
  - {name: agent, document: AWS-ConfigureAWSPackage, parameters: {action: [Install]}, minutes: 3}
distribution: {regions: [{name: us-east-1}]}
channels: [staging]
schedule: {expression: cron(0 4 ? * TUE *)}
"""
HERE = Path("recipes/web.yaml")


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A folder as a user of Goldsmith has it, and the current one: a recipe, a script, and the components."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "components/linux", tmp_path / "components/linux")
    write("scripts/mine", '#!/bin/bash\necho "$@"\n')
    write(HERE, RECIPE)
    return tmp_path


def write(path: str | Path, text: str) -> None:
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text)


def replace(path: str | Path, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def validate(*paths: str) -> tuple[int, list[str], list[str]]:
    """Exit code, and the lines of stdout and stderr."""
    done = CliRunner().invoke(app, ["validate", *paths])
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def problems() -> list[str]:
    """What is wrong with the recipe: what `bundle` says, which is what `validate` prints."""
    with pytest.raises(BadRecipe) as bad:
        bundle(HERE, Path.cwd())
    told = [str(problem) for problem in bad.value.problems]
    assert validate() == (1, [], told)
    return told


def test_a_good_recipe_is_one_line():
    assert validate() == (0, ["recipes/web.yaml: web is good: 6 steps, x86_64"], [])


def test_the_recipes_that_come_with_goldsmith_are_good(monkeypatch):
    monkeypatch.chdir(ROOT)
    code, told, wrong = validate()
    assert (code, wrong) == (0, [])
    assert [line.partition(":")[0] for line in told] == sorted(str(p) for p in Path("recipes").glob("*.yaml"))


def test_a_bundle_ends_as_every_build_does():
    made = bundle(HERE, Path.cwd())
    assert [(step.name, step.seconds) for step in made.steps] == [
        ("mine", 120), ("agent", 180), ("inventory", 1800), ("sbom", 1800), ("cleanup", 1800), ("hygiene", 1800),
    ]  # fmt: skip
    assert tuple(step.name for step in made.steps[-4:]) == CLOSING
    scripts = {step.name: step.script or "" for step in made.steps}
    assert scripts["mine"] == "#!/bin/bash\nset -- 'a b'\necho \"$@\"\n"
    assert "\nparse --limit 0\n" in scripts["inventory"]
    assert "\nparse --limit 0 --sbom yes\n" in scripts["sbom"]
    assert "\nparse --except ssm-logs\n" in scripts["hygiene"]
    assert "\nleftovers()" in scripts["cleanup"]
    assert (made.path, made.text, made.commit) == ("recipes/web.yaml", RECIPE, "unknown")


def test_a_document_is_a_step_with_its_parameters():
    (step,) = [step for step in bundle(HERE, Path.cwd()).steps if step.document]
    assert (step.script, step.document, step.parameters) == (None, "AWS-ConfigureAWSPackage", {"action": ("Install",)})


def test_user_data_is_one_script_too():
    replace(HERE, "[m6i.large]}}", "[m6i.large]}, user_data: components/linux/agents}")
    assert "\nreport() {" in bundle(HERE, Path.cwd()).user_data


@pytest.mark.parametrize(
    "path", ["scripts/mine", "components/linux/check/hygiene", "components/linux/component.sh", HERE]
)
def test_a_bundle_is_named_after_all_that_is_in_it(path):
    before = bundle(HERE, Path.cwd()).sha
    assert bundle(HERE, Path.cwd()).sha == before
    with Path(path).open("a") as file:
        file.write("# changed\n")
    after = bundle(HERE, Path.cwd()).sha
    assert after != before
    assert len(after) == 64


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(["/usr/bin/env", "git", *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_bundle_knows_its_commit_and_whether_it_is_that_commit():
    git("init", "--quiet")
    assert bundle(HERE, Path.cwd()).commit == "unknown"
    git("add", ".")
    git("commit", "--quiet", "--message=test")
    head = git("rev-parse", "HEAD")
    assert bundle(HERE, Path.cwd()).commit == head
    replace("scripts/mine", "echo", "printf")
    assert bundle(HERE, Path.cwd()).commit == f"{head}-dirty"


def test_a_file_that_is_not_there_is_named():
    Path("scripts/mine").unlink()
    (told,) = problems()
    assert told.startswith("recipes/web.yaml:10: components.0.file: scripts/mine is no file in ")
    assert told.endswith("; write its path as seen from the folder of the command")


def test_a_file_outside_of_the_folder_is_refused(tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "mine"
    write(outside, "#!/bin/sh\n")
    Path("scripts/mine").unlink()
    Path("scripts/mine").symlink_to(outside)
    (told,) = problems()
    assert told.startswith("recipes/web.yaml:10: components.0.file: scripts/mine leads out of ")
    replace(HERE, "scripts/mine", "../mine")
    (told,) = problems()
    assert told.startswith("recipes/web.yaml:10: components.0.file: ")


def test_a_script_that_reads_from_outside_is_refused():
    write("scripts/mine", '#!/bin/sh\n# shellcheck source=x\n. "${0%/*}/../../x"\n')
    (told,) = problems()
    assert "scripts/mine cannot be put together: scripts/mine reads ../../x, which is not in" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"#!/bin/sh\n" + b"#" * 49_152, "is 49,178 bytes long with all it reads, of at most 49,152; split it"),
        (b"\xff\xfe", "is no text in UTF-8; only shell scripts can be components"),
        (b"#!/usr/bin/python3\n", "is no shell script: it begins with '#!/usr/bin/python3\\nse'; let its first line"),
        (b"echo\n", "is no shell script: it begins with"),
    ],
)
def test_what_cannot_be_a_component_is_refused(content, told):
    Path("scripts/mine").write_bytes(content)
    (problem,) = problems()
    assert problem.startswith("recipes/web.yaml:10: components.0.file: scripts/mine ")
    assert told in problem


def test_a_script_as_long_as_can_be_is_taken():
    replace(HERE, ", arguments: [a b]", "")
    write("scripts/mine", "#!/bin/sh\n" + "#" * (49_152 - 10))
    assert validate()[0] == 0


def test_user_data_is_no_longer_than_ec2_takes():
    replace(HERE, "[m6i.large]}}", "[m6i.large]}, user_data: scripts/first}")
    write("scripts/first", "#!/bin/sh\n" + "#" * 16_384)
    (told,) = problems()
    assert told.startswith("recipes/web.yaml:8: builder.user_data: scripts/first is 16,394 bytes long")


def test_a_folder_without_goldsmiths_components_is_told_so():
    shutil.rmtree("components/linux/check")
    (told,) = problems()
    assert "components/linux/check/hygiene is no file in" in told


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
