"""Goldsmith's own components: those that end every build and test every image, whatever a repository holds."""

from pathlib import Path
from typing import Final

LINUX: Final = "components/linux"
_PACKAGE: Final = Path(__file__).parents[1]


def components(package: Path = _PACKAGE) -> Path:
    """The folder with Goldsmith's scripts for Linux hosts: in the package where it was installed, else beside it."""
    installed = package / LINUX
    return installed if installed.is_dir() else package.parent / LINUX
