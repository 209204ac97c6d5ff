"""What `make aws-check` has to tell: where, what, and how serious it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Level(StrEnum):
    PROBLEM = "problem"  # AWS refuses it, or answers otherwise than the product needs
    UNASKED = "not asked"  # AWS would not answer the question
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Finding:
    """`path` is relative to the root of the checkout; `line` counts from 1, 0 for the whole file."""

    path: str
    line: int
    name: str
    said: str
    level: Level = Level.PROBLEM

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True)
class Asked:
    """What every check is given: the checkout, a way to make clients in one region, and whose account it is."""

    root: Path
    client: Callable[[str], Any]
    account: str
    region: str
    partition: str = "aws"


Told = Callable[[str], None]
"""Called with what is asked about next."""

Check = Callable[[Asked, Told], Iterator[Finding]]
