"""A recipe: the YAML file that declares one family of images.  docs/recipe.md is made from this.

    read(text, path, today) -> Recipe       or BadRecipe, with every problem, each with its line and what would be right
    cycles(recipes)                         families that are each built on the next

Its parts are in recipe_parts.py (what an image is made of), recipe_release.py (what becomes of it),
recipe_distribution.py (where it goes) and recipe_retirement.py (how it leaves).
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from goldsmith.recipe.distribution import Distribution
from goldsmith.recipe.parts import Base, Builder, Component, Owner, RootVolume
from goldsmith.recipe.problems import problems_of
from goldsmith.recipe.reading import BadRecipe, Problem, compose
from goldsmith.recipe.release import Budgets, Freeze, Gate, Schedule, Tests
from goldsmith.recipe.retirement import Retirement
from goldsmith.recipe.shapes import Architecture, Family, Line, Name, RecipePart, refuse, twice

__all__ = ["BadRecipe", "Problem", "Recipe", "cycles", "read"]

PerArchitecture = TypeVar("PerArchitecture", Base, Builder)


class Recipe(RecipePart):
    """One family of images."""

    family: Family = Field(description="Name of the family, and the first word of its AMIs' names.")
    description: Annotated[str, Field(max_length=1000)] = Field(default="", description="What the image is.")
    owner: Owner = Field(description="Who answers for it.")
    environment: Literal["development", "test", "staging", "production"] = Field(description="What it is made for.")
    intended_use: Line = Field(description="Who may use it, and for what.")
    architectures: tuple[Architecture, ...] = Field(
        min_length=1, description="Architectures, built side by side under one version."
    )
    base: Base = Field(description="The image that it is built upon.")
    builder: Builder = Field(description="The machine that it is made on.")
    root_volume: RootVolume = Field(default_factory=RootVolume, description="The volume that it boots from.")
    components: tuple[Component, ...] = Field(default=(), description="What is done to the host, in order.")
    tests: Tests = Field(default_factory=Tests, description="What it must show.")
    budgets: Budgets = Field(default_factory=Budgets, description="What it may take.")
    gate: Gate = Field(default_factory=Gate, description="Which findings block it.")
    distribution: Distribution = Field(description="Where it goes.")
    channels: tuple[Name, ...] = Field(
        default=("staging", "production"), min_length=1, description="Channels that it goes through, in order."
    )
    schedule: Schedule | None = Field(default=None, description="When it is built; without one, when somebody asks.")
    freezes: tuple[Freeze, ...] = Field(default=(), description="When it is not built.")
    retirement: Retirement = Field(default_factory=Retirement, description="How it leaves.")
    expiry_days: int = Field(default=180, ge=1, le=3650, description="Days from its birth until it expires.")

    @field_validator("base", "builder")
    @classmethod
    def _fits_the_architectures(cls, part: PerArchitecture, info: ValidationInfo) -> PerArchitecture:
        if "architectures" in info.data:  # else that is the problem to be told
            refuse(part.mismatches(info.data["architectures"]))
        return part

    @field_validator("architectures", "channels")
    @classmethod
    def _has_nothing_twice(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        refuse(twice((), values))
        return values

    @field_validator("components")
    @classmethod
    def _has_no_name_twice(cls, components: tuple[Component, ...]) -> tuple[Component, ...]:
        refuse(twice((), (component.name for component in components), "name"))
        return components


def read(text: str, path: str, today: date) -> Recipe:
    """The recipe that a file says.  BadRecipe, if it says none; `path` is what the problems call the file."""
    document = compose(text, path)
    try:
        recipe = Recipe.model_validate(document.data, context={"today": today})
    except ValidationError as error:
        raise BadRecipe((*document.problems, *problems_of(error, document, Recipe))) from None
    if document.problems:
        raise BadRecipe(document.problems)
    return recipe


def cycles(recipes: Mapping[str, Recipe]) -> list[tuple[str, ...]]:
    """Each ring of families that are built on the next's channel, the first by its alphabet first."""
    below = {name: recipe.base.channel.family for name, recipe in recipes.items() if recipe.base.channel}
    found: set[tuple[str, ...]] = set()
    for name in below:
        walk: list[str] = []
        step: str | None = name
        while step is not None and step not in walk:
            walk.append(step)
            step = below.get(step)
        if step is not None:
            ring = walk[walk.index(step) :]
            first = ring.index(min(ring))
            found.add((*ring[first:], *ring[:first]))
    return sorted(found)
