"""A copy of the checkout with one mend undone, for a check to find."""

import shutil
from pathlib import Path
from typing import Final

from checks.problem import Check, Problem
from tests.embedded import ROOT

READ: Final = ("template.yaml", "region.yaml", "member-account.yaml", "samconfig.toml")
FOLDERS: Final = (
    "stacks",
    "workflows",
    "functions",
    "layers/goldsmith/goldsmith",
    "goldsmith_cli",
    "checks",
    "components",
)


def copy(tmp_path: Path) -> Path:
    """The parts of this checkout that checks read."""
    root = tmp_path / "checkout"
    root.mkdir()
    for name in READ:
        shutil.copy(ROOT / name, root / name)
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def undone(root: Path, path: str, new: str, old: str) -> int:
    """Put `old` back in the place of `new`, which must be there exactly once; the line on which `old` begins."""
    file = root / path
    text = file.read_text()
    assert text.count(new) == 1, f"{path} has this {text.count(new)} times, not once: {new}"
    file.write_text(text.replace(new, old))
    return text[: text.index(new)].count("\n") + 1


def found_by(check: Check, root: Path) -> list[Problem]:
    return sorted(check(root))
