"""From `Image Verified` to `Image Distributed` in four regions, against the longest copy; then once more.

Copies take 40 s of real time.  The first version warms up the functions; what is measured is the second.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from local.deploy import HOME, deploy_everywhere
from tests.embedded import Embedded, eventually, started
from tests.workflows.deployed import Deployed
from tests.workflows.going import WRITES, Going

REGIONS: Final = (HOME, "eu-west-1", "us-west-2", "ap-southeast-2")
COPY_S: Final = 40.0
MOST: Final = 1.05
NEVER: Final = 1_000_000  # strikes: a rule of the weather that only counts
DISTRIBUTION: Final = f"{{regions: [{', '.join(f'{{name: {each}}}' for each in REGIONS)}]}}"


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder), GOLDSMITH_LOCAL_PENDING_SECONDS=str(COPY_S)) as embedded,
    ):
        at = _deployed(embedded)
        took = [_seconds(Going(at, "webapp", version)) for version in ("2026.11.20", "2026.11.21")]
        at.tell("weather/clear")
        for operation in WRITES:
            at.tell("weather", service="ec2", operation=operation, effect="deny", after=NEVER)
        again = _goes(Going(at, "webapp", "2026.11.21", heard=["distribute-webapp-2026.11.21-1"]))
        writes = sum(each["seen"] for each in at.tell("weather/show")["calls"])
    return _told(took[-1], again, writes)


def _deployed(embedded: Embedded) -> Deployed:
    account = embedded.new_account()
    embedded.tell("world", account=account.id, name="empty")
    return Deployed(embedded, account, deploy_everywhere(embedded.endpoint, account.id, REGIONS))


def _seconds(going: Going) -> float:
    """Of a new version of the family, which is verified already."""
    going.recipe(DISTRIBUTION).verified()
    eventually(lambda: going.of_region(HOME, "available"))
    return _goes(going)


def _goes(going: Going) -> float:
    began = time.monotonic()
    going.go("Image Verified")
    going.ends("Image Distributed")
    return time.monotonic() - began


def _told(took: float, again: float, writes: int) -> int:
    table = Table(title=f"From Image Verified to Image Distributed, {len(REGIONS)} regions, copies of {COPY_S:.0f} s")
    for name in ("", "seconds", "of the longest copy", "EC2 write calls"):
        table.add_column(name)
    table.add_row("after a warm-up", f"{took:.1f}", f"{took / COPY_S:.3f} (at most {MOST})", "")
    table.add_row("once more", f"{again:.1f}", "", f"{writes} (at most 0)")
    Console(width=120).print(table)
    return int(took > MOST * COPY_S or writes > 0)


if __name__ == "__main__":
    sys.exit(main())
