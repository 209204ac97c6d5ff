"""`goldsmith apply`: bring recipes, with all that they name, to a deployment, and hear what it says of them."""

import time
from pathlib import Path
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console

from goldsmith.model import FamilyRef
from goldsmith.recipe.bundle import Bundle, incoming_of
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment, Stack
from goldsmith_cli.recipe.validate import sound, tell

PATIENCE: Final = 60  # seconds
ANSWERS: Final = {EventType.RECIPE_ACCEPTED, EventType.RECIPE_REFUSED}
SILENCE: Final = (
    "no answer within {seconds} s. The recipe lies in the bucket {bucket} as {key}. Look into the queue UndeliveredUrl "
    "of the stack's outputs (docs/operations.md) and the log of the function `Accept`. Applying again is harmless."
)

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Recipes, or folders of them.", show_default=False)]


def apply(paths: Paths, *, stack: Stack = "goldsmith") -> None:
    """Check recipes, and upload them.  Exit 1: one is wrong, here or there; 2: no answer came."""
    recipes = sound(paths)
    deployment = Deployment(stack, boto3.Session())
    ends = [_apply(deployment, recipe.family, bundle) for recipe, bundle in recipes]
    raise typer.Exit(max(ends))


def _apply(deployment: Deployment, family: str, bundle: Bundle) -> int:
    """Upload one and tell its answer; the exit code that it alone would give."""
    bucket = deployment.outputs["RecipesBucket"]
    key, place = incoming_of(family, bundle.sha), FamilyRef(family=family).place
    heard = len(_answers(deployment, place, bundle.sha))
    body = bundle.model_dump_json(by_alias=True).encode()
    deployment.session.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    with Console(stderr=True).status(f"{family}: waiting for the answer"):
        answer = _answer(deployment, place, bundle.sha, heard)
    if not answer:
        tell(f"{family}: {SILENCE.format(seconds=PATIENCE, bucket=bucket, key=key)}", stderr=True)
        return 2
    kind, detail = answer
    if kind == EventType.RECIPE_ACCEPTED:
        tell(f"{family} accepted: recipe {bundle.sha[:12]}, commit {bundle.commit}")
        return 0
    for problem in detail["problems"]:
        tell(f"{family} refused: {problem}", stderr=True)
    return 1


def _answers(deployment: Deployment, place: str, sha: str) -> list[tuple[str, dict[str, Any]]]:
    """What was said of this very recipe so far, oldest first."""
    history = deployment.ledger.history(place)
    return [(kind, detail) for _, kind, detail in history if kind in ANSWERS and detail.get("recipeSha") == sha]


def _answer(deployment: Deployment, place: str, sha: str, heard: int) -> tuple[str, dict[str, Any]] | None:
    """The next that is said, after so many were heard; None after a minute of silence."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answers = _answers(deployment, place, sha)
        if len(answers) > heard:
            return answers[-1]
        time.sleep(0.5)
    return None
