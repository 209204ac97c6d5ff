"""The cold import of every handler, against a process that imports boto3 and makes an EC2 client.

Each figure is the median of fresh processes of the bare interpreter with the layer's packages, taken in turn so that a
slow moment of the machine falls on all alike.  Bytecode is compiled beforehand, for the yardstick as for the handlers.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venvs/bare/bin/python"
LAYER = [ROOT / ".venvs/layer/python", ROOT / "layers/goldsmith"]
BYTECODE = ROOT / "build/bytecode"
ROUNDS = 10
YARDSTICK = "import boto3; boto3.client('ec2')"
LIMITS = {"decide": 0.55}
LIMIT = 1.3


def seconds(program: str, folder: Path | None = None) -> float:
    """How long one fresh process takes; its failure is an error, never a figure."""
    path = os.pathsep.join(str(each) for each in [*LAYER, *([folder] if folder else [])])
    environment = {"PYTHONPATH": path, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    began = time.perf_counter()
    subprocess.run([PYTHON, "-c", program], env=environment, check=True)  # noqa: S603 - the handlers of this repository
    return time.perf_counter() - began


def main() -> int:
    handlers = sorted(path.parent for path in (ROOT / "functions").glob("*/app.py"))
    programs = {"boto3 and an EC2 client": (YARDSTICK, None)} | {each.name: ("import app", each) for each in handlers}
    for program, folder in programs.values():
        seconds(program, folder)
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in track(range(ROUNDS), "Starting fresh processes"):
        for name, (program, folder) in programs.items():
            taken[name].append(seconds(program, folder))
    middle = {name: statistics.median(each) for name, each in taken.items()}
    return show(middle)


def show(middle: dict[str, float]) -> int:
    yardstick = middle.pop("boto3 and an EC2 client")
    table = Table("handler", "median s", "ratio", "limit", title=f"Cold import, {ROUNDS} fresh processes each")
    over = False
    for name, value in middle.items():
        limit = LIMITS.get(name, LIMIT)
        over |= value / yardstick > limit
        table.add_row(name, f"{value:.3f}", f"{value / yardstick:.2f}", f"{limit:.2f}")
    table.add_row("boto3 and an EC2 client", f"{yardstick:.3f}", "1.00", "")
    Console().print(table)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
