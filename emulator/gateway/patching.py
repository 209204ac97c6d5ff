"""Every change to an emulator has a name, a reason, and a contract test that fails without it.

`GOLDSMITH_LOCAL_WITHOUT=name,name` leaves patches out; `make contracts` uses it to show that each test notices.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

WITHOUT: Final = "GOLDSMITH_LOCAL_WITHOUT"


@dataclass(frozen=True)
class Patch:
    name: str
    why: str
    module: str
    apply: Callable[[], None]


PATCHES: Final[dict[str, Patch]] = {}


def patch(why: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that changes an emulator.  `why` says what the emulator does without it."""

    def register(apply: Callable[[], None]) -> Callable[[], None]:
        name = apply.__name__
        if name in PATCHES:
            raise ValueError(f"two patches are called {name}")
        PATCHES[name] = Patch(name, why, apply.__module__, apply)
        return apply

    return register


def replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put `make(original)` in the place of `owner.name`; fail at once if the pinned emulator no longer has it."""
    setattr(owner, name, make(getattr(owner, name)))


def replace_everywhere(package: str, name: str, make: Callable[[Any], Any]) -> None:
    """Like `replace`, for a function that the modules of `package` imported by name: each holds its own reference."""
    modules = [module for key, module in [*sys.modules.items()] if key.startswith(package) and hasattr(module, name)]
    if not modules:
        raise AttributeError(f"no module of {package} has {name}")
    new = make(getattr(modules[0], name))
    for module in modules:
        setattr(module, name, new)
