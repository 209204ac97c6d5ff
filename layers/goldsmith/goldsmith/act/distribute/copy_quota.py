"""Room for a copy to a region, in the ledger: taken before CopyImage, given back when the copy has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from goldsmith.ledger.items import Values
from goldsmith.ledger.table import Ledger
from goldsmith.values.copy_quota import Holder, Slots

KEPT: Final = timedelta(days=30)
SHOWN: Final = timedelta(minutes=5)  # by then EC2 shows every copy that was asked for
SLOTS: Final = "slots"


@dataclass(frozen=True)
class CopyQuota:
    """Of one destination region; `ec2` is of that region."""

    ledger: Ledger
    region: str
    ec2: Any

    def take(self, name: str, snapshots: int, now: datetime) -> Holder | None:
        """Where it stands; None if there is no room.  TryAgain if another run was faster."""
        before, slots = self._read()
        taken = slots.take(name, snapshots, now)
        if taken is None:  # who died with its room has no copy under way
            slots = slots.without(self._over(slots, now))
            taken = slots.take(name, snapshots, now)
        if taken is None:
            return None
        self._write(taken, before, now)
        return taken.holders[name]

    def give_back(self, name: str, now: datetime) -> None:
        before, slots = self._read()
        self._write(slots.without([name]), before, now)

    def _over(self, slots: Slots, now: datetime) -> list[str]:
        """Holders whose copy is not under way: it has ended, or was never asked for."""
        named = [{"Name": "name", "Values": [*slots.holders]}, {"Name": "state", "Values": ["pending"]}]
        pages = self.ec2.get_paginator("describe_images").paginate(Owners=["self"], Filters=named)
        pending = {image["Name"] for page in pages for image in page["Images"]}
        return [name for name, each in slots.holders.items() if name not in pending and now - each.at > SHOWN]

    def _read(self) -> tuple[str | None, Slots]:
        found = Values(self.ledger, f"copies#{self.region}").get(SLOTS)
        return found, Slots.model_validate_json(found) if found else Slots()

    def _write(self, slots: Slots, before: str | None, now: datetime) -> None:
        after = slots.model_dump_json(by_alias=True)
        if after != (before or Slots().model_dump_json(by_alias=True)):
            values = Values(self.ledger, f"copies#{self.region}")
            values.put(SLOTS, after, instead_of=before, expires=now + KEPT)
