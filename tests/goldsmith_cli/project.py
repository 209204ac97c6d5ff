"""A folder as a user of Goldsmith has it: a recipe, a script of his own, and the components."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldsmith.recipe.document import BadRecipe
from goldsmith_cli.main import app
from goldsmith_cli.recipe.bundle import bundle

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
schedule: {expression: "cron(0 4 ? * TUE *)"}
"""
HERE = Path("recipes/web.yaml")


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
