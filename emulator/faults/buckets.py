"""EC2's own throttle: token buckets of the sizes that AWS publishes, one per operation, account and region.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.  They are off until `weather/buckets` turns
them on.  What is not modelled is the second bucket of RunInstances, for the number of its instances.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from emulator.faults.rule import LOCK
from emulator.gateway.control import command


class Size(NamedTuple):
    most: int
    refill: float  # tokens per second


READ, READ_ALL, WRITE = Size(100, 20), Size(50, 10), Size(50, 5)
READS: Final = ("Describe", "Get", "List", "Search")
# Of these, a call with neither filter nor page size costs more.
READS_OF_ALL: Final = frozenset(
    {
        "DescribeInstanceStatus",
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeSnapshots",
        "DescribeSpotInstanceRequests",
        "DescribeVolumes",
    }
)
OPERATIONS: Final[Mapping[Size, str]] = {
    Size(100, 1): "CopyImage",
    Size(100, 5): "DeregisterImage ModifyImageAttribute CreateSnapshot CreateSnapshots DeleteSnapshot "
    "ModifySnapshotAttribute TerminateInstances CreateLaunchTemplateVersion ModifyLaunchTemplate",
    Size(100, 10): "CreateTags DeleteTags",
    Size(5, 2): "RunInstances StartInstances EnableFastLaunch DisableFastLaunch",
    Size(50, 0.1): "CreateStoreImageTask CreateRestoreImageTask",
    Size(1, 0.1): "EnableImageBlockPublicAccess DisableImageBlockPublicAccess",
}
SIZES: Final = {operation: size for size, operations in OPERATIONS.items() for operation in operations.split()}


def size_of(operation: str, parameters: Mapping[str, str]) -> Size:
    """`parameters` as a query has them: `Filter.1.Name`."""
    if operation in SIZES:
        return SIZES[operation]
    if not operation.startswith(READS):
        return WRITE
    narrow = any(name == "MaxResults" or name.startswith("Filter.") for name in parameters)
    return READ_ALL if operation in READS_OF_ALL and not narrow else READ


@dataclass
class Bucket:
    tokens: float
    at: float  # when there were so many

    def take(self, size: Size, now: float) -> bool:
        self.tokens, self.at = min(size.most, self.tokens + (now - self.at) * size.refill), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Key(NamedTuple):
    account: str
    region: str
    operation: str


class Buckets:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._on: dict[tuple[str, str | None], bool] = {}  # by account and region; None: where nothing else is said
        self._buckets: dict[tuple[Key, Size], Bucket] = {}
        self._counts: dict[Key, dict[str, int]] = {}

    @property
    def are_on(self) -> bool:
        """Anywhere."""
        return any(list(self._on.values()))

    def switch(self, account: str, region: str | None, *, on: bool) -> None:
        """Turned on, all buckets are full and nothing is counted yet; turned off, the counts stay."""
        with LOCK:
            if on:
                self._forget(account, region)
            for place in [place for place in self._on if place[0] == account and region is None]:
                del self._on[place]
            self._on[account, region] = on

    def clear(self, account: str | None) -> None:
        """Turn off, and forget the counts, of an account or of all."""
        with LOCK:
            for place in [place for place in self._on if account in (None, place[0])]:
                del self._on[place]
            self._forget(account, None)

    def _forget(self, account: str | None, region: str | None) -> None:
        for key in [key for key in self._counts if account in (None, key.account) and region in (None, key.region)]:
            del self._counts[key]
            for size in (READ, READ_ALL, WRITE, *OPERATIONS):
                self._buckets.pop((key, size), None)

    def take(self, account: str, region: str, operation: str, parameters: Mapping[str, str]) -> bool:
        """Count the call, and say whether there was a token for it."""
        with LOCK:
            if not self._on.get((account, region), self._on.get((account, None), False)):
                return True
            key, size, now = Key(account, region, operation), size_of(operation, parameters), self._clock()
            passes = self._buckets.setdefault((key, size), Bucket(size.most, now)).take(size, now)
            self._counts.setdefault(key, {"passed": 0, "refused": 0})["passed" if passes else "refused"] += 1
            return passes

    def shown(self, account: str | None) -> list[dict[str, Any]]:
        """By operation how many calls passed and how many were refused."""
        with LOCK:
            return [
                key._asdict() | counts for key, counts in sorted(self._counts.items()) if account in (None, key.account)
            ]


BUCKETS: Final = Buckets()


class Switch(BaseModel):
    model_config = ConfigDict(extra="forbid")
    account: str = Field(pattern=r"^\d{12}$")
    region: str | None = None
    on: bool


@command("weather/buckets")
def switch_buckets(body: dict[str, Any]) -> Any:
    """Whether EC2 refuses what exceeds its token buckets: `{account, region?, on}`."""
    asked = Switch.model_validate(body)
    BUCKETS.switch(asked.account, asked.region, on=asked.on)
    return asked.model_dump(exclude_none=True)
