"""Uses an installed wheel as somebody does who has nothing else, and says what of it is not as it should be.

python -m tests.wheel_check WHEEL ENVIRONMENT    (the environment in which the wheel is installed)
"""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.embedded import ROOT

PACKAGES = {  # where each part of the wheel is in the repository, and which of its files count
    "goldsmith": (ROOT / "layers/goldsmith/goldsmith", "*.py"),
    "goldsmith_cli": (ROOT / "goldsmith_cli", "*.py"),
    "goldsmith_cli/components/linux": (ROOT / "components/linux", "*"),
}
COMMANDS = """
import typer.main
from goldsmith_cli.main import app
def names(group, *before):
    for name, command in getattr(group, "commands", {}).items():
        yield (*before, name)
        yield from names(command, *before, name)
for each in names(typer.main.get_command(app)):
    print(*each)
"""


def expected() -> set[str]:
    """The files of the repository that a wheel has, by their names in it."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}"
        for name, (folder, pattern) in PACKAGES.items()
        for path in folder.rglob(pattern)
        if path.is_file()
    }


def content(wheel: Path) -> Iterator[str]:
    """What the wheel lacks, and what should not be in it; its metadata does not count."""
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    yield from (f"{wheel.name} lacks {name}" for name in sorted(expected() - files))
    yield from (f"{wheel.name} has {name}, which is not in the repository" for name in sorted(files - expected()))


class User:
    """Somebody in an empty folder, with this environment and nothing of the repository."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self._bin, self._folder = environment.resolve() / "bin", folder
        self._settings = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self._bin / program), *arguments]
        return subprocess.run(
            command, cwd=self._folder, env=self._settings, capture_output=True, text=True, check=False
        )

    def goldsmith(self, *arguments: str, says: str) -> Iterator[str]:
        """What is wrong with this call: it has to do without a usage error or a traceback, and say this."""
        done = self.run("goldsmith", *arguments)
        if done.returncode not in {0, 1} or says not in done.stdout:
            yield f"goldsmith {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"


def use(user: User, folder: Path) -> Iterator[str]:
    """What does not work: the help of each command, a recipe without a repository, the checks of a root."""
    commands = user.run("python", "-I", "-c", COMMANDS)
    if commands.returncode or "validate" not in commands.stdout:
        yield f"the commands cannot be listed:\n{commands.stderr}"
    for command in commands.stdout.splitlines():
        yield from user.goldsmith(*command.split(), "--help", says=f"goldsmith {command}")
    shutil.copy(ROOT / "tests/recipes/minimal.yaml", folder / "minimal.yaml")
    yield from user.goldsmith("validate", "minimal.yaml", says="minimal.yaml: webapp is good: 4 steps, x86_64")
    (folder / "root/etc").mkdir(parents=True)
    yield from user.goldsmith("check-root", "root", "--check", "hygiene", says="check/hygiene: ")


def main(wheel: str, environment: str) -> int:
    with TemporaryDirectory(prefix="goldsmith-wheel-") as empty:
        folder = Path(empty)
        found = [*content(Path(wheel)), *use(User(Path(environment), folder), folder)]
    console = Console(highlight=False)
    for each in found:
        console.print(each, style="red", markup=False)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
