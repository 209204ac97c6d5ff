"""Some waits are ended by no event of AWS, only by a look every 20 s.  A demo looks sooner."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WAITS: Final = frozenset({"Await host", "Await agent", "Await status"})
SOONEST_S: Final = 1.0
Timer = Mapping[str, Any]  # as the embedded AWS shows it


@dataclass
class Looks:
    """The n-th look of a wait comes after 1, 2, 4, … s: a machine too slow for the one is given time for the next."""

    tell: Callable[..., Any]
    clock: Callable[[], float] = time.monotonic
    began: dict[tuple[Any, ...], float] = field(default_factory=dict)
    taken: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    def hasten(self) -> None:
        """Let those waits expire, and so look again, that have lasted long enough."""
        for timer in self.tell("timers", kind="timeout"):
            if timer["state"] in WAITS and self._is_due(timer):
                self.tell("expire", **{name: timer[name] for name in ("execution", "state", "iteration", "kind")})

    def _is_due(self, timer: Timer) -> bool:
        wait = (timer["execution"], timer["state"], timer["iteration"])
        began = self.began.setdefault(wait, self.clock())
        if self.clock() - began < SOONEST_S * 2 ** self.taken[wait]:
            return False
        del self.began[wait]
        self.taken[wait] += 1
        return True
