"""Read one account and region, and store what was seen for the sweep."""

from collections.abc import Callable
from typing import Any

from goldsmith.evidence import Evidence, sight_of
from goldsmith.gather.retire.due import reader_of
from goldsmith.gather.retire.inventory import read_region
from goldsmith.model import Model
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import InventoryRead


class ReadInventory(Model):
    """One place that a sweep looks at."""

    run: str
    account_region: AccountRegion


def read_inventory(
    asked: ReadInventory, *, sweeps: Evidence, bus: str, client: Callable[[str, str], Any]
) -> InventoryRead:
    """`client(service, region)` makes clients of the account."""
    account_region = asked.account_region
    seen = read_region(reader_of(account_region, lambda _: client), bus, lambda region: client("cloudtrail", region))
    sweeps.put(sight_of(asked.run, account_region.account, account_region.region), seen)
    return InventoryRead(account_region=account_region)
