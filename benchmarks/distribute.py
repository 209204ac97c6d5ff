"""From `Image Verified` to `Image Distributed` in four regions, against the longest copy; then once more.

Copies take 40 s of real time.  The first version warms up the functions; what is measured is the second.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from sandbox.deploy import HOME, deploy_everywhere
from tests.embedded import Embedded, eventually, started
from tests.workflows.deployed import Deployed
from tests.workflows.going import WRITES, Going

REGIONS: Final = (HOME, "eu-west-1", "us-west-2", "ap-southeast-2")
COPY_S: Final = 40.0
MOST: Final = 1.05
NEVER: Final = 1_000_000  # strikes: a rule of the weather that only counts
DONE: Final = tuple(f"{verb}-webapp-2026.11.21-1" for verb in ("distribute", "promote"))  # runs of the first time
DISTRIBUTION: Final = f"{{regions: [{', '.join(f'{{name: {each}}}' for each in REGIONS)}]}}"


class Promoted(Going):
    """The same, when its promotion is looked at."""

    verb = "promote"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as embedded:
        at = _deployed(embedded)
        at.tell("images/hold", seconds=COPY_S)
        for version in ("2026.11.20", "2026.11.21"):
            took = _goes(going := _verified(at, version), quiet=COPY_S + 5)
        longest = max(_copied(going, region) for region in REGIONS if region != HOME)
        at.tell("weather/clear")
        for operation in WRITES:
            at.tell("weather", service="ec2", operation=operation, effect="deny", after=NEVER)
        again = _goes(Going(at, "webapp", "2026.11.21", heard=[*DONE]))
        writes = sum(each["seen"] for each in at.tell("weather/show")["calls"])
    return _told(took, longest, again, writes)


def _deployed(embedded: Embedded) -> Deployed:
    account = embedded.new_account()
    embedded.tell("world", account=account.id, name="empty")
    return Deployed(embedded, account, deploy_everywhere(embedded.endpoint, account.id, REGIONS))


def _verified(at: Deployed, version: str) -> Going:
    """A new version of the family, which is verified already."""
    going = Going(at, "webapp", version).recipe(DISTRIBUTION).verified()
    eventually(lambda: going.of_region(HOME, "available"))
    return going


def _goes(going: Going, quiet: float = 0) -> float:
    """Until the bus had taken `Image Distributed` in, as Step Functions notes it; its promotion is waited for too."""
    began = datetime.now(UTC)
    going.go("Image Verified")
    time.sleep(quiet)  # who asks while it works takes time from it
    run = going.ends("Image Distributed")["run"]
    Promoted(going.at, going.name, going.version, heard=[*going.heard]).ends("Image Promoted")
    states = going.at.client("stepfunctions")
    ended: datetime = states.describe_execution(executionArn=going.arn(run))["stopDate"]
    return (ended - began).total_seconds()


def _copied(going: Going, region: str) -> float:
    """How long the copy to a region took, as EC2 says of its snapshot."""
    ((device,),) = [image["BlockDeviceMappings"] for image in going.of_region(region)]
    ids = [device["Ebs"]["SnapshotId"]]
    (snapshot,) = going.at.client("ec2", region).describe_snapshots(SnapshotIds=ids)["Snapshots"]
    seconds: float = (snapshot["CompletionTime"] - snapshot["StartTime"]).total_seconds()
    return seconds


def _told(took: float, longest: float, again: float, writes: int) -> int:
    table = Table(title=f"From Image Verified to Image Distributed, {len(REGIONS)} regions, copies of {COPY_S:.0f} s")
    for name in ("", "seconds", "of the longest copy", "EC2 write calls"):
        table.add_column(name)
    table.add_row("after a warm-up", f"{took:.1f}", f"{took / longest:.3f} (at most {MOST})", "")
    table.add_row("the longest copy", f"{longest:.1f}", "", "")
    table.add_row("once more", f"{again:.1f}", "", f"{writes} (at most 0)")
    Console(width=120).print(table)
    return int(took > MOST * longest or writes > 0)


if __name__ == "__main__":
    sys.exit(main())
