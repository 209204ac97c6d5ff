"""Fewer calls than AWS takes: its buckets belong to the whole account, and others live from them too."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

EC2: Final = (80, 16.0)  # EC2's own for calls that only read: 100, refilled at 20 a second, per account and region
OTHERS: Final = (20, 8.0)  # the least that a service audited here takes is 10 a second


@dataclass
class Bucket:
    """A call takes a token; an empty bucket makes it wait for the next."""

    size: float
    refill: float = field(metadata={"unit": "tokens per second"})
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._tokens, self._looked, self._lock = float(self.size), self.clock(), threading.Lock()

    def take(self) -> None:
        with self._lock:
            now = self.clock()
            self._tokens = min(self.size, self._tokens + (now - self._looked) * self.refill) - 1
            self._looked = now
            owed = -self._tokens / self.refill
        if owed > 0:
            self.sleep(owed)


@dataclass
class Calls:
    """Counts every request by `service:Operation`, repeated ones too, and paces it by account, region and service."""

    paced: bool = True
    made: Counter[str] = field(default_factory=Counter)
    _buckets: dict[tuple[str, str, str], Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, client: Any, account: str) -> Any:
        """Let `client` count and pace its requests, those included that botocore repeats."""
        service, region = client.meta.service_model.service_name, client.meta.region_name
        bucket = self._bucket(account, region, service)

        def before_send(event_name: str, **_: Any) -> None:
            with self._lock:
                self.made[f"{service}:{event_name.rpartition('.')[2]}"] += 1
            if self.paced:
                bucket.take()

        client.meta.events.register("before-send", before_send)
        return client

    def _bucket(self, account: str, region: str, service: str) -> Bucket:
        with self._lock:
            size, refill = EC2 if service == "ec2" else OTHERS
            return self._buckets.setdefault((account, region, service), Bucket(size, refill))
