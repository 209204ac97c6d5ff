"""What `goldsmith apply` uploads, and which files cannot be in it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from goldsmith.recipe.bundle import CLOSING, BundleStep
from goldsmith_cli.recipe.bundle import bundle
from tests.goldsmith_cli.project import HERE, RECIPE, problems, replace, validate, write


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


@pytest.mark.parametrize("does", [{}, {"script": "#!/bin/sh\n", "document": "AWS-RunShellScript"}])
def test_a_step_does_one_thing(does):
    with pytest.raises(ValidationError, match="either a script or a document"):
        BundleStep(name="mine", seconds=60, **does)


def test_user_data_is_one_script_too():
    replace(HERE, "[m6i.large]}}", "[m6i.large]}, user_data: components/linux/agents}")
    assert "\nreport() {" in bundle(HERE, Path.cwd()).user_data


@pytest.mark.parametrize(
    "path", ["scripts/mine", "own/components/linux/check/hygiene", "own/components/linux/component.sh", HERE]
)
def test_a_bundle_is_named_after_all_that_is_in_it(path, own):
    Path("own").symlink_to(own)
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
        (b"#!/bin/sh\n" + b"#" * 49_152, "is 49,175 bytes long with all it reads, of at most 49,152; split it"),
        (b"\xff\xfe", "is no text in UTF-8; only shell scripts can be components"),
        (b"#!/usr/bin/python3\n", "is no shell script: its first line is '#!/usr/bin/python3'; let it be #!/bin/sh"),
        (b"echo\n", "is no shell script: its first line is 'echo'; let it be #!/bin/sh"),
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


def test_a_goldsmith_without_its_components_is_told_so(own):
    shutil.rmtree(own / "components/linux/check")
    told = problems()
    assert ["components/linux/check/hygiene is no file in" in each for each in told].count(True) == 2  # a step, a test
    assert all("components/linux/check/" in each for each in told)
