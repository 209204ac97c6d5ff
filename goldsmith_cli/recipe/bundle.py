"""A recipe and the files that it names, put together for `goldsmith validate` and `goldsmith apply`."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from goldsmith.recipe.bundle import CLOSING, Bundle, BundleStep
from goldsmith.recipe.component import assembled
from goldsmith.recipe.document import BadRecipe, Problem, Recipe, read
from goldsmith.recipe.reading import Document, compose
from goldsmith_cli.recipe.components import LINUX, components
from goldsmith_cli.recipe.host_tests import SECONDS as TEST_SECONDS
from goldsmith_cli.recipe.host_tests import host_tests

SCRIPT_BYTES: Final = 48 * 1024  # SSM takes 64 KiB, the frame of the command and its escapes included
USER_DATA_BYTES: Final = 16 * 1024  # as EC2 takes it
CLOSING_SECONDS: Final = 30 * 60
CLOSING_COMPONENTS: Final = {  # the file of each closing step, and its arguments
    "inventory": ("inventory", ("--limit", "0")),
    "sbom": ("inventory", ("--limit", "0", "--sbom", "yes")),
    "cleanup": ("cleanup", ()),
    "hygiene": ("check/hygiene", ("--except", "ssm-logs")),  # the agent writes its log again while it reports
}
_SHELL = re.compile(r"#!\s*(/\S*/)?(env\s+(-\S+\s+)*)?(ba|da|k|z)?sh\b")


def bundle(recipe_path: Path, root: Path) -> Bundle:
    """The recipe with its own scripts, which lie below `root`, and the commit of the repository there.

    The closing components and the tests are Goldsmith's own.  What is wrong with the recipe or the files is a BadRecipe
    that holds every problem.
    """
    path = _path(recipe_path, root)
    text = _text(recipe_path, path)
    recipe = read(text, path, datetime.now(UTC).date())
    files = _Files(root, compose(text, path))
    steps, tests = tuple(files.steps(recipe)), tuple(files.tests(recipe))
    data = recipe.builder.user_data
    user_data = files.script(("builder", "user_data"), data, longest=USER_DATA_BYTES) if data else ""
    if files.problems:
        raise BadRecipe(files.problems)
    return Bundle(path=path, text=text, commit=commit(root), steps=steps, tests=tests, user_data=user_data)


def commit(root: Path) -> str:
    """Of the repository that `root` is in, `-dirty` if something there is not committed; `unknown` outside of one."""
    git = shutil.which("git")
    head = _output(git, root, "rev-parse", "--verify", "HEAD") if git else None
    if not git or not head:
        return "unknown"
    return head if _output(git, root, "status", "--porcelain") == "" else f"{head}-dirty"


@dataclass
class _Files:
    """The files below `root` that a recipe names, Goldsmith's own components, and what is wrong with them."""

    root: Path
    recipe: Document
    problems: list[Problem] = field(default_factory=list)

    def steps(self, recipe: Recipe) -> list[BundleStep]:
        """The recipe's own, and then those that no recipe can leave out."""
        made = []
        for number, each in enumerate(recipe.components):
            script = self.script(("components", number, "file"), each.file, each.arguments) if each.file else None
            does = {"script": script, "document": each.document, "parameters": each.parameters}
            made.append(BundleStep(name=each.name, seconds=each.minutes * 60, **does))
        for name in CLOSING:
            file, arguments = CLOSING_COMPONENTS[name]
            script = self.own((), file, arguments)
            made.append(BundleStep(name=name, seconds=CLOSING_SECONDS, script=script))
        return made

    def tests(self, recipe: Recipe) -> Iterator[BundleStep]:
        """What the hosts that are launched from its image go through."""
        for name, (file, arguments) in host_tests(recipe.tests).items():
            script = self.own(("tests", name), file, arguments)
            yield BundleStep(name=name, seconds=TEST_SECONDS[name], script=script)

    def own(self, place: tuple[str | int, ...], file: str, arguments: Sequence[str]) -> str:
        """One of Goldsmith's own scripts; a file of the same name in the repository never takes its place."""
        return self.script(place, f"{LINUX}/{file}", arguments, root=components().parents[1])

    def script(
        self,
        place: tuple[str | int, ...],
        file: str,
        arguments: Sequence[str] = (),
        longest: int = SCRIPT_BYTES,
        root: Path | None = None,
    ) -> str:
        """One script, ready to be sent; "" if it cannot be, and then there is a problem more at this place."""
        try:
            return _script(root or self.root, file, arguments, longest)
        except _UnfitError as error:
            self.problems.append(self.recipe.problem(place, f"{file} {error.what}", error.remedy))
            return ""


class _UnfitError(ValueError):
    """A file that cannot be a component."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def _script(root: Path, file: str, arguments: Sequence[str], longest: int) -> str:
    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()):
        raise _UnfitError(f"leads out of {root.resolve()}", "name a file in this folder, or run the command higher up")
    if not path.is_file():
        raise _UnfitError(f"is no file in {root.resolve()}", "write its path as seen from the folder of the command")
    try:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        text = assembled(root, file, arguments)
    except UnicodeDecodeError:
        raise _UnfitError("is no text in UTF-8", "only shell scripts can be components") from None
    except (OSError, ValueError) as error:
        raise _UnfitError(f"cannot be put together: {error}", "let it read only files that are there") from None
    if not _SHELL.match(first):
        raise _UnfitError(f"is no shell script: its first line is {first[:40]!r}", "let it be #!/bin/sh")
    if (size := len(text.encode())) > longest:
        remedy = "split it, or let it fetch what is large"
        raise _UnfitError(f"is {size:,} bytes long with all it reads, of at most {longest:,}", remedy)
    return text


def _path(recipe_path: Path, root: Path) -> str:
    """As seen from `root`, if it is below it."""
    path, folder = recipe_path.resolve(), root.resolve()
    return (path.relative_to(folder) if path.is_relative_to(folder) else recipe_path).as_posix()


def _text(recipe_path: Path, path: str) -> str:
    try:
        return recipe_path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        what, remedy = f"is no text in UTF-8: byte {error.start} is something else", "save it as UTF-8"
    except OSError as error:
        what, remedy = f"cannot be read: {error.strerror}", "name a file that can"
    raise BadRecipe([Problem(path, 1, "recipe", what, remedy)])


def _output(git: str, root: Path, *arguments: str) -> str | None:
    """What git says about the folder; None if it says no."""
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - constant arguments
    return done.stdout.strip() if done.returncode == 0 else None
