"""Fewer calls than AWS takes: its buckets belong to the whole account, and others live from them too."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from goldsmith.pace import Bucket

EC2: Final = (80, 16.0)  # EC2's own for calls that only read: 100, refilled at 20 a second, per account and region
OTHERS: Final = (20, 8.0)  # the least that a service audited here takes is 10 a second


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
