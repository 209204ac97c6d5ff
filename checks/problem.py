"""What a check finds: one line that says where, what and what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """`path` is relative to the root of the checkout; `line` counts from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


Check = Callable[[Path], Iterable[Problem]]
"""A check reads the checkout below a root and returns all its problems."""
