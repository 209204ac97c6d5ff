"""What one sweep reads and keeps of one place, by the number of its images: requests, and bytes of the inventory.

`docs/retire.md` makes dollars of it.  Nothing is timed: an emulator says nothing about how long AWS takes.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.retire_estate import Estate, add, build
from goldsmith import aws
from goldsmith.gather.retire.inventory import read_region
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.values.estate import RegionInventory
from sandbox.deploy import HOME
from tests.embedded import started

SIZES: Final = (50, 250)  # images, each with one snapshot and one usage report


class Counted:
    """Clients of the role that reads, whose requests are counted by service."""

    def __init__(self, account: str) -> None:
        self.requests: Counter[str] = Counter()
        self._of_account = aws.member(account, "goldsmith-read")
        self._known: set[int] = set()

    def __call__(self, service: str, region: str) -> Any:
        client = self._of_account(service, region)
        if id(client) not in self._known:
            self._known.add(id(client))
            client.meta.events.register("before-send", self._counting(service))
        return client

    def _counting(self, service: str) -> Callable[..., None]:
        def count(**_: Any) -> None:
            self.requests[service] += 1

        return count


def look(estate: Estate, counted: Counted) -> tuple[Counter[str], RegionInventory]:
    """What `read_inventory` asks for and sees there."""
    counted.requests.clear()
    reader = RegionReader(estate.account.id, HOME, lambda service: counted(service, HOME))
    seen = read_region(reader, estate.bus, lambda region: counted("cloudtrail", region))
    return Counter(counted.requests), seen


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as embedded:
        estate = build(embedded, SIZES[0])
        counted = Counted(estate.account.id)
        looks = [look(estate, counted)]
        add(estate.account, SIZES[0], SIZES[1])
        looks.append(look(estate, counted))
    sizes = [len(seen.model_dump_json(by_alias=True)) for _, seen in looks]
    table = Table(title="what a sweep reads and keeps of one place")
    for name in ("", *(f"{len(seen.images)} images" for _, seen in looks)):
        table.add_column(name)
    table.add_row("requests to AWS", *(str(sum(requests.values())) for requests, _ in looks))
    table.add_row("bytes of the inventory", *map(str, sizes))
    table.add_row("bytes for each image", "", f"{(sizes[1] - sizes[0]) / (SIZES[1] - SIZES[0]):.0f}")
    console = Console(width=120)
    console.print(table)
    for requests, seen in looks:
        console.print(f"by service, {len(seen.images)} images: {dict(sorted(requests.items()))}")
    return int([len(seen.images) for _, seen in looks] != [*SIZES])


if __name__ == "__main__":
    sys.exit(main())
