"""`goldsmith audit`, Cloud Custodian and aws-amicleaner on one estate of 40,000 images in four regions.

Each asks for images older than 90 days that nobody uses, as nearly as it can be asked.  All only look.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.audit_estate import REGIONS, Estate, build
from tests.embedded import ROOT, Embedded, started

MOST_CALLS, MOST_MIB = 1.5, 300
CUSTODIAN, AMICLEANER = ROOT / ".venvs/custodian/bin/custodian", ROOT / ".venvs/amicleaner/bin/amicleaner"
POLICY: Final = {
    "policies": [
        {
            "name": "old-images",
            "resource": "ami",
            "filters": [{"type": "unused", "value": True}, {"type": "image-age", "op": "gte", "days": 90}],
            "actions": [{"type": "deregister"}],
        }
    ]
}


@dataclass
class Result:
    name: str
    wall: float
    cpu: float
    mib: float
    calls: int
    may_go: set[str]
    wrong: int
    problem: str = ""


def measured(
    name: str, embedded: Embedded, estate: Estate, command: list[str | Path], read: Callable[[str], set[str]]
) -> Result:
    """One process with its children: wall and CPU seconds, the largest resident set, requests at the endpoint."""
    embedded.tell("bench/calls")
    environment = os.environ | {
        "AWS_ENDPOINT_URL": embedded.endpoint, "AWS_ACCESS_KEY_ID": estate.account.id, "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGIONS[0], "PYTHONPATH": f"{ROOT}:{ROOT}/layers/goldsmith",
    }  # fmt: skip
    with tempfile.TemporaryFile("w+") as out:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the tools that are compared
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    named = read(said)
    problem = said.strip().splitlines()[-1] if process.returncode not in {0, 2, 3} and said.strip() else ""
    return Result(
        name, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, embedded.tell("bench/calls"), named,
        len(named & estate.used), problem,
    )  # fmt: skip


def goldsmith(embedded: Embedded, estate: Estate, folder: Path) -> Result:
    report = folder / "goldsmith.json"
    regions = [part for region in REGIONS for part in ("--region", region)]
    main = "from goldsmith_cli.main import main; main()"
    command: list[str | Path] = [sys.executable, "-c", main, "audit", *regions, "--json", report, "--rows", "0"]

    def read(_: str) -> set[str]:
        images = json.loads(report.read_text())["images"]
        return {image["image_id"] for image in images if image["verdict"] == "may_go"}

    return measured("goldsmith audit", embedded, estate, command, read)


def custodian(embedded: Embedded, estate: Estate, folder: Path) -> Result:
    policy, out = folder / "custodian.yml", folder / "custodian"
    policy.write_text(yaml.safe_dump(POLICY))
    regions = [part for region in REGIONS for part in ("--region", region)]
    command: list[str | Path] = [CUSTODIAN, "run", "--dryrun", "--cache-period", "0", "-s", out, *regions, policy]

    def read(_: str) -> set[str]:
        files = out.rglob("resources.json")
        return {image["ImageId"] for file in files for image in json.loads(file.read_text())}

    return measured("Cloud Custodian", embedded, estate, command, read)


def amicleaner(embedded: Embedded, estate: Estate, _: Path) -> Result:
    """One region at a time.  It keeps previous ones of those only that are old: here each family has one."""
    loop = " && ".join(
        f"AWS_DEFAULT_REGION={region} {AMICLEANER} --mapping-key tags --mapping-values goldsmith:family"
        " --keep-previous 0 --ami-min-days 90 --full-report </dev/null || true"
        for region in REGIONS
    )
    return measured(
        "aws-amicleaner",
        embedded,
        estate,
        ["/bin/sh", "-c", loop],
        lambda said: set(re.findall(r"ami-[0-9a-f]+", said)),
    )


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory() as name, started(Path(name), "benchmarks.audit_endpoint") as embedded:
        with console.status("making 40,000 images"):
            estate = build(embedded)
        results = [goldsmith(embedded, estate, Path(name))]
        for tool, run in ((CUSTODIAN, custodian), (AMICLEANER, amicleaner)):
            if tool.exists():
                results.append(run(embedded, estate, Path(name)))
            else:
                console.print(f"{tool.name} is not installed: `make bench` does it", style="yellow")
    return show(console, estate, results)


def show(console: Console, estate: Estate, results: list[Result]) -> int:
    table = Table("", "wall s", "CPU s", "MiB", "calls", "may go", "of these in use", "ended with")
    for each in results:
        figures = (f"{each.wall:.1f}", f"{each.cpu:.1f}", f"{each.mib:.0f}", f"{each.calls:,}")
        table.add_row(each.name, *figures, f"{len(each.may_go):,}", str(each.wrong), each.problem)
    console.print(table)
    ours = results[0]
    console.print(f"fewest calls for this estate: {estate.fewest_calls:,}; may go at most: {estate.candidates:,}")
    good = (
        ours.calls <= MOST_CALLS * estate.fewest_calls
        and ours.mib <= MOST_MIB
        and ours.wrong == 0
        and len(ours.may_go) == estate.candidates
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
