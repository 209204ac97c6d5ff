"""Is an uploaded bundle what its key says, and is its recipe valid?  All that is wrong is told, a line each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Self

import yaml
from pydantic import Field, ValidationError

from goldsmith.model import Model
from goldsmith.recipe.bundle import CLOSING, INCOMING, Bundle
from goldsmith.recipe.document import BadRecipe, Recipe, cycles, read

MOST_BYTES: Final = 5_000_000
MOST_PROBLEMS: Final = 50  # an event has to fit into the ledger, and a person reads no more
LONGEST: Final = 500  # characters of a problem, or of what tells the owner


@dataclass(frozen=True)
class Upload:
    """What lies under `key` since `at`; no body, if it is too large to be one of ours."""

    key: str
    body: bytes | None
    at: datetime

    @property
    def family(self) -> str:
        """As the key says; the whole key, if it says none."""
        named = INCOMING.fullmatch(self.key)
        return named["family"] if named else self.key

    @property
    def sha(self) -> str:
        named = INCOMING.fullmatch(self.key)
        return named["sha"] if named else ""


class Taken(Model):
    """The detail of `Recipe Accepted`, and of `Recipe Refused`, which has problems."""

    family: str
    recipe_sha: str
    commit: str = ""
    owner: dict[str, str] = Field(
        default={}, description="Whom to tell: team, email, slack, as far as they can be read."
    )
    problems: tuple[str, ...] = Field(
        default=(), description="A line each: file, line, path, what is wrong, what is right."
    )

    def but(self, *problems: str) -> Self:
        """The same, refused."""
        told = [" ".join(problem.split())[:LONGEST] for problem in problems[:MOST_PROBLEMS]]
        if more := len(problems) - len(told):
            told.append(f"and {more} more")
        return self.model_copy(update={"problems": tuple(told)})


def check(upload: Upload, today: date, *, recipe_of: Callable[[str], Recipe | None]) -> tuple[Recipe | None, Taken]:
    """The recipe, if all is right, and what to tell.  `recipe_of(family)` is what was accepted before."""
    told = Taken(family=upload.family, recipe_sha=upload.sha, owner=owner_of(_text(upload.body)))
    if upload.body is None:
        return None, told.but(f"{upload.key}: is larger than {MOST_BYTES:,} bytes; upload with `goldsmith apply`")
    try:
        bundle = Bundle.model_validate_json(upload.body)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg']}" for each in error.errors()]
        return None, told.but(*(f"{upload.key}: is no bundle: {what}; use `goldsmith apply`" for what in wrong))
    told = told.model_copy(update={"commit": bundle.commit})
    try:
        recipe = read(bundle.text, bundle.path, today)
    except BadRecipe as bad:
        return None, told.but(*map(str, bad.problems))
    problems = [*_mismatches(bundle, recipe, upload), *_rings(recipe, recipe_of)]
    return (None, told.but(*(f"{bundle.path}: {each}" for each in problems))) if problems else (recipe, told)


def _mismatches(bundle: Bundle, recipe: Recipe, upload: Upload) -> Iterator[str]:
    """Where the bundle is not what its key and its recipe say."""
    if recipe.family != upload.family:
        yield f"family: is {recipe.family}, uploaded as {upload.family}; upload it with `goldsmith apply`"
    if bundle.sha != upload.sha:
        yield f"sha: is {bundle.sha[:12]}, uploaded as {upload.sha[:12]}; upload it with `goldsmith apply`"
    components = tuple(each.name for each in recipe.components)
    for part, steps, wanted in (
        ("components", bundle.steps, (*components, *CLOSING)),
        ("tests", bundle.tests, recipe.tests.names),
    ):
        if (names := tuple(step.name for step in steps)) != wanted:
            yield f"{part}: the bundle has {', '.join(names) or 'none'}, not {', '.join(wanted)}; apply it again"


def _rings(recipe: Recipe, recipe_of: Callable[[str], Recipe | None]) -> Iterator[str]:
    """The chain of families whose channels this one is built upon must not lead back to it."""
    chain, last = {recipe.family: recipe}, recipe
    while last.base.channel and last.base.channel.family not in chain:
        family = last.base.channel.family
        try:
            found = recipe_of(family)
        except BadRecipe:
            yield f"base.channel: the accepted recipe of {family} can no longer be read; apply that one again first"
            return
        if found is None:
            return
        chain[family] = last = found
    for ring in cycles(chain):
        yield f"base.channel: {' -> '.join((*ring, ring[0]))} is a cycle; base one of them on something else"


def _text(body: bytes | None) -> str:
    """The recipe's text, even of something that is no bundle."""
    try:
        found = json.loads(body or b"")
    except (ValueError, RecursionError):
        return ""
    text = found.get("text") if isinstance(found, dict) else None
    return text if isinstance(text, str) else ""


def owner_of(text: str) -> dict[str, str]:
    """Whom a recipe says it belongs to, even if it says everything else wrong."""
    recipe = _values(text)
    owner = recipe.get("owner") if isinstance(recipe, dict) else None
    said = owner if isinstance(owner, dict) else {}
    return {key: said[key][:LONGEST] for key in ("team", "email", "slack") if isinstance(said.get(key), str)}


def _values(text: str, *, whole: bool = True) -> Any:
    """What a text says in YAML; of one that is not YAML to its end, what stands above the line that is wrong."""
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        above = error.problem_mark.line if error.problem_mark else 0
        return _values("\n".join(text.splitlines()[:above]), whole=False) if whole else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
