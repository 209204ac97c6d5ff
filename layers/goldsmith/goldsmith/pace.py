"""Token buckets: fewer calls than AWS takes, so that it refuses none."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

Drawn = dict[str, tuple[float, float]]  # tokens and the moment, by account, region and call
CHANGES: Final = {  # size and refill per second: less than EC2's own, for others live from them too
    "DeregisterImage": (80, 5.0),  # of 100
    "DeleteSnapshot": (80, 5.0),  # of 100
    "CreateTags": (80, 10.0),  # of 100
}
OTHERS: Final = (40, 5.0)  # of 50, which EC2 has for every other call that changes something


@dataclass
class Bucket:
    """A call takes a token; an empty bucket makes it wait for the next."""

    size: float
    refill: float = field(metadata={"unit": "tokens per second"})
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._tokens, self._looked, self._lock = float(self.size), self.clock(), threading.Lock()

    def drawn(self) -> tuple[float, float]:
        """Its tokens, and when that was."""
        return self._tokens, self._looked

    def draw(self, tokens: float, looked: float) -> None:
        """Go on from where another left it."""
        self._tokens, self._looked = tokens, looked

    def is_full(self) -> bool:
        return self._tokens + (self.clock() - self._looked) * self.refill >= self.size

    def take(self) -> None:
        with self._lock:
            now = self.clock()
            self._tokens = min(self.size, self._tokens + (now - self._looked) * self.refill) - 1
            self._looked = now
            owed = -self._tokens / self.refill
        if owed > 0:
            self.sleep(owed)


@dataclass
class Paces:
    """The buckets of calls that change something, by account, region and call; others go on from where they stand."""

    before: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    clock: Callable[[], float] = time.time  # the next function may run on another machine
    sleep: Callable[[float], None] = time.sleep
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for name, (tokens, looked) in self.before.items():
            self._bucket(name).draw(tokens, looked)

    def take(self, account: str, region: str, call: str) -> None:
        """Wait until EC2 would take this call in."""
        kind = call if call in CHANGES else "other"
        self._bucket(f"{account}#{region}#{kind}").take()

    def _bucket(self, name: str) -> Bucket:
        with self._lock:
            if name not in self._buckets:
                size, refill = CHANGES.get(name.rpartition("#")[2], OTHERS)
                self._buckets[name] = Bucket(size, refill, clock=self.clock, sleep=self.sleep)
            return self._buckets[name]

    def drawn(self) -> Drawn:
        """Where those stand that are not full again."""
        return {name: bucket.drawn() for name, bucket in self._buckets.items() if not bucket.is_full()}
