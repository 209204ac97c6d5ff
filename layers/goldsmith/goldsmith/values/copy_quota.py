"""Room for copies: EC2 takes 20 snapshot copies under way per destination region and one CopyImage per second.

Counted over all runs together.  A holder has its room, and the second in which it may call.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Self

from goldsmith.model import Model

MOST: Final = 20
APART: Final = timedelta(seconds=1)


class Holder(Model):
    """One copy: how many snapshots it makes, and from when on it may be asked for."""

    snapshots: int
    at: datetime


class Slots(Model):
    """Of one destination region; holders by the name of their AMI.  `last` is when the latest may call."""

    holders: Mapping[str, Holder] = {}
    last: datetime | None = None

    def take(self, name: str, snapshots: int, now: datetime) -> Self | None:
        """With `name` among the holders; itself if it is one already, None if there is no room.

        An AMI of more snapshots than there is ever room for goes alone.
        """
        if name in self.holders:
            return self
        taken = sum(each.snapshots for each in self.holders.values())
        if taken and taken + snapshots > MOST:
            return None
        at = now if self.last is None else max(now, self.last + APART)
        holder = Holder(snapshots=min(snapshots, MOST), at=at)
        return self.model_copy(update={"holders": {**self.holders, name: holder}, "last": at})

    def without(self, names: Iterable[str]) -> Self:
        gone = set(names)
        return self.model_copy(update={"holders": {n: h for n, h in self.holders.items() if n not in gone}})
