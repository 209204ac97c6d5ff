"""Take in an uploaded bundle: if it is valid it is the family's, and its schedule is set; else nothing changes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml
from pydantic import Field, ValidationError

from goldsmith import aws
from goldsmith.act.say import sayer
from goldsmith.act.schedule import Schedules
from goldsmith.bundle import CLOSING, Bundle
from goldsmith.gather.accepted import current, key_of
from goldsmith.model import Event, Model
from goldsmith.recipe import BadRecipe, Recipe, cycles, read
from goldsmith.vocabulary import EventType

INCOMING: Final = re.compile(r"incoming/(?P<family>[^/]+)/(?P<sha>[^/]+)\.json")


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


@dataclass(frozen=True)
class Acceptor:
    s3: Any
    bucket: str
    schedules: Schedules
    say: Callable[[EventType, Taken], None]

    def accept(self, event: Event, today: date) -> Taken:
        """Doing it twice sets the same again, so a doubled event and a repeated upload are harmless."""
        key = event.detail["object"]["key"]
        named = INCOMING.fullmatch(key)
        family, sha = (named["family"], named["sha"]) if named else (key, "")
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        try:
            bundle = Bundle.model_validate_json(body)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            what = f"{key}: {where}: is no bundle: {first['msg']}; upload one with `goldsmith apply`"
            return self._refuse(Taken(family=family, recipe_sha=sha, problems=(what,)))
        told = Taken(family=family, recipe_sha=sha, commit=bundle.commit, owner=owner_of(bundle.text))
        try:
            recipe = read(bundle.text, bundle.path, today)
        except BadRecipe as bad:
            return self._refuse(told.model_copy(update={"problems": tuple(str(each) for each in bad.problems)}))
        if problems := [*_mismatches(bundle, recipe, family, sha), *self._cycles(recipe)]:
            return self._refuse(told.model_copy(update={"problems": tuple(f"{bundle.path}: {p}" for p in problems)}))
        self.s3.put_object(Bucket=self.bucket, Key=key_of(family), Body=body, ContentType="application/json")
        self.schedules.set(recipe)
        self.say(EventType.RECIPE_ACCEPTED, told)
        return told

    def _refuse(self, told: Taken) -> Taken:
        self.say(EventType.RECIPE_REFUSED, told)
        return told

    def _cycles(self, recipe: Recipe) -> list[str]:
        """The chain of families whose channels this one is built upon must not lead back to it."""
        chain = {recipe.family: recipe}
        last = recipe
        while last.base.channel and last.base.channel.family not in chain:
            found = current(last.base.channel.family, s3=self.s3, bucket=self.bucket)
            if found is None:
                break
            bundle, _, accepted = found
            last = read(bundle.text, bundle.path, accepted.date())
            chain[last.family] = last
        return [
            f"base.channel: {' -> '.join(each)} is a cycle; base one of them on something else"
            for each in cycles(chain)
        ]


def _mismatches(bundle: Bundle, recipe: Recipe, family: str, sha: str) -> list[str]:
    """Where the bundle is not what its name and its recipe say."""
    names = [step.name for step in bundle.steps]
    wanted = [component.name for component in recipe.components] + list(CLOSING)
    checks = (
        (
            recipe.family != family,
            f"family: is {recipe.family}, uploaded as {family}; upload it with `goldsmith apply`",
        ),
        (bundle.sha != sha, f"sha: is {bundle.sha[:12]}, uploaded as {sha[:12]}; upload it with `goldsmith apply`"),
        (names != wanted, f"components: the bundle has {', '.join(names)}, not {', '.join(wanted)}; apply it again"),
    )
    return [what for wrong, what in checks if wrong]


def owner_of(text: str) -> dict[str, str]:
    """Whom a recipe says it belongs to, even if it says everything else wrong."""
    try:
        found = yaml.safe_load(text)["owner"]
        return {key: str(found[key]) for key in ("team", "email", "slack") if key in found}
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        return {}


def acceptor() -> Acceptor:
    """The acceptor of this deployment."""
    bus = aws.setting("BUS")
    schedules = Schedules(
        scheduler=aws.client("scheduler"),
        group=aws.setting("SCHEDULES"),
        bus=aws.setting("BUS_ARN"),
        role=aws.setting("SCHEDULE_ROLE"),
        dead_letters=aws.setting("UNDELIVERED"),
    )
    say = sayer(bus=bus, events=aws.client("events"))
    return Acceptor(s3=aws.client("s3"), bucket=aws.setting("RECIPES"), schedules=schedules, say=say)
