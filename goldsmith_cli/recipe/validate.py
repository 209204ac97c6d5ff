"""`goldsmith validate`: is a recipe right, with all that it names?  Nothing is asked of AWS."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from goldsmith.recipe.bundle import Bundle
from goldsmith.recipe.document import BadRecipe, Problem, Recipe, cycles, read
from goldsmith.recipe.reading import compose
from goldsmith_cli.recipe.bundle import bundle

RECIPES: Final = Path("recipes")

Paths = Annotated[
    list[Path] | None, typer.Argument(exists=True, help="Recipes, or folders of them.", show_default="recipes/")
]


def validate(paths: Paths = None) -> None:
    """Check recipes and their components.  Exit 1: something is wrong; every problem is a line on stderr."""
    for recipe, bundled in sound(paths or [RECIPES]):
        steps = f"{len(bundled.steps)} steps"
        tell(f"{bundled.path}: {recipe.family} is good: {steps}, {', '.join(recipe.architectures)}")


def sound(paths: list[Path]) -> list[tuple[Recipe, Bundle]]:
    """Each recipe and its bundle; tells every problem of all of them, and exits, if there is one."""
    root, today = Path.cwd(), datetime.now(UTC).date()
    problems: list[Problem] = []
    good: list[tuple[Recipe, Bundle]] = []
    for path in files(paths):
        try:
            made = bundle(path, root)
        except BadRecipe as bad:
            problems += bad.problems
        else:
            good.append((read(made.text, made.path, today), made))
    problems += together(good)
    for problem in problems:
        tell(str(problem), stderr=True)
    if problems:
        raise typer.Exit(1)
    return good


def files(paths: list[Path]) -> list[Path]:
    """The recipes among these files and folders, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        here = sorted(p for p in path.iterdir() if p.suffix in {".yaml", ".yml"}) if path.is_dir() else [path]
        if not here or not path.exists():
            raise typer.BadParameter(f"there is no recipe in {path}", param_hint="PATHS")
        found |= {each.resolve(): each for each in here}
    return list(found.values())


def together(good: list[tuple[Recipe, Bundle]]) -> list[Problem]:
    """What is wrong with recipes that are right one by one: a family twice, a family that is built on itself."""
    first: dict[str, str] = {}
    problems = []
    for recipe, made in good:
        other = first.setdefault(recipe.family, made.path)
        if other != made.path:
            what = f"{recipe.family} is the family of {other} too"
            problems.append(problem(made, ("family",), what, "choose another name: the later would replace the other"))
    bundles = {recipe.family: made for recipe, made in good}
    for ring in cycles({recipe.family: recipe for recipe, _ in good}):
        what = f"{' is built on '.join((*ring, ring[0]))}"
        problems.append(
            problem(bundles[ring[0]], ("base", "channel", "family"), what, "build one of them on another base")
        )
    return problems


def problem(made: Bundle, place: tuple[str, ...], what: str, remedy: str) -> Problem:
    return compose(made.text, made.path).problem(place, what, remedy)


def tell(line: str, *, stderr: bool = False) -> None:
    """Print a line that stays one, for editors and greps."""
    Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False).print(line)
