"""`python -m aws_check`: asks AWS, with the credentials that are there.

Exit code 0 if AWS accepts everything, 1 if it does not, 2 if it could not be asked.
"""

import argparse
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.measure import Measurement
from rich.status import Status
from rich.table import Table
from rich.text import Text

from aws_check import changes, machines, policies, simulate
from aws_check.finding import Asked, Check, Finding, Level, Told
from aws_check.rights import policy
from aws_check.transformed import Untransformed

ROOT: Final = Path(__file__).parent.parent
CHECKS: Final[Mapping[str, Check]] = {
    "machines": machines.check,
    "policies": policies.check,
    "simulate": simulate.check,
    "changes": changes.check,
}
CONFIG: Final = Config(
    retries={"mode": "adaptive", "total_max_attempts": 10}
)  # hundreds of questions: throttling is usual
NEEDS: Final = (
    "aws-check needs credentials of an AWS account and a region (AWS_PROFILE, AWS_REGION), "
    "and the rights that `python -m aws_check --policy` prints"
)
LINE: Final = 2_000
COLOURS: Final = {Level.PROBLEM: "red", Level.UNASKED: "yellow", Level.NOTE: "dim"}


def main(arguments: Sequence[str] | None = None, *, session: Any = None, console: Console | None = None) -> int:
    console = console or Console()
    asks = argparse.ArgumentParser(prog="python -m aws_check", description=__doc__)
    asks.add_argument("--only", choices=CHECKS, help="one check of the four")
    asks.add_argument("--policy", action="store_true", help="print the rights that it needs, and ask nothing")
    given = asks.parse_args(arguments)
    if given.policy:
        console.out(policy())
        return 0
    try:
        asked = about(session or boto3.Session())
    except (BotoCoreError, ClientError) as error:
        console.print(f"{NEEDS}: {error}", soft_wrap=True, markup=False)
        return 2
    try:
        found = run([given.only] if given.only else CHECKS, asked, console)
    except KeyboardInterrupt:
        console.print("interrupted, after what was made was deleted", highlight=False)
        return 128 + signal.SIGINT
    show(found, asked, console)
    return exit_code(found)


def about(session: Any) -> Asked:
    """Whose account it is, and where; BotoCoreError or ClientError if AWS does not say."""

    def client(service: str) -> Any:
        return session.client(service, config=CONFIG)

    arn = client("sts").get_caller_identity()["Arn"].split(":")
    region = client("cloudformation").meta.region_name
    return Asked(ROOT, client, account=arn[4], region=region, partition=arn[1])


def run(names: Iterable[str], asked: Asked, console: Console) -> list[Finding]:
    """All findings of the named checks. A check that AWS does not answer is one finding."""
    found: list[Finding] = []
    with console.status("") as status:
        for name in names:
            try:
                found.extend(CHECKS[name](asked, _told(name, status)))
            except Untransformed as error:
                found.append(Finding("checks/transform.py", 0, name, str(error)))
            except (BotoCoreError, ClientError) as error:
                found.append(Finding("aws_check", 0, name, str(error), Level.UNASKED))
    return sorted(found)


def _told(name: str, status: Status) -> Told:
    return lambda what: status.update(f"{name}: {what}")


def show(found: list[Finding], asked: Asked, console: Console) -> None:
    table = Table("", "where", "what", "AWS says", box=None, pad_edge=False)
    for each in found:
        texts = (Text(text) for text in (each.where, each.name, each.said))  # not markup: policies are full of brackets
        table.add_row(Text(each.level, style=COLOURS[each.level]), *texts)
    if found:  # one line for each, however narrow the screen is: a log is read with grep
        wide = Measurement.get(console, console.options.update(max_width=LINE), table).maximum
        console.width = max(console.width, wide)
        console.print(table)
    numbers = {level: sum(each.level is level for each in found) for level in Level}
    counted = ", ".join(
        f"{number} {level}{'s' * (number != 1 and level is not Level.UNASKED)}" for level, number in numbers.items()
    )
    console.print(f"account {asked.account}, {asked.region}: {counted}", highlight=False)


def exit_code(found: list[Finding]) -> int:
    levels = {each.level for each in found}
    return 1 if Level.PROBLEM in levels else 2 if Level.UNASKED in levels else 0


def _ended(number: int, _: Any) -> NoReturn:
    """SIGTERM like Ctrl-C: what was made is deleted before the end."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main())
