"""`goldsmith audit`: which AMIs may go?  It only reads."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.sharing import Organization
from goldsmith.gather.usage.sources import SOURCES
from goldsmith.rules import AuditRules
from goldsmith.values.usage import AuditReport
from goldsmith.vocabulary import Tag
from goldsmith_cli.audit.accounts import scope
from goldsmith_cli.audit.files import counted, write
from goldsmith_cli.audit.pace import Calls
from goldsmith_cli.audit.policy import policy as iam_policy
from goldsmith_cli.audit.run import Audit, Families, Told
from goldsmith_cli.audit.show import show

NOTHING_MAY_GO, CANNOT_TELL, SOMETHING_MAY_GO = 0, 2, 3
RULES: Final = AuditRules()


def days(text: str) -> timedelta:
    """`90d`, `12w` or `36h`."""
    match = re.fullmatch(r"(\d+)([dwh])", text)
    if not match:
        raise typer.BadParameter(f"write a time as 90d, 12w or 36h, not {text!r}")
    return timedelta(**{{"d": "days", "w": "weeks", "h": "hours"}[match[2]]: int(match[1])})


def pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise typer.BadParameter(f"{text!r} is no regular expression: {error}") from None


def print_policy(wanted: bool) -> None:  # noqa: FBT001 - typer hands over the option's value
    if wanted:
        typer.echo(json.dumps(iam_policy(), indent=2))
        raise typer.Exit


FamilyTag = Annotated[str, typer.Option(help="The tag that names an image's family.")]
FamilyPattern = Annotated[
    str | None,
    typer.Option(help="Where there is no such tag: a regular expression that finds the family in the name."),
]
Region = Annotated[list[str] | None, typer.Option(help="Look in this region; again for more. Default: all enabled.")]
RoleArn = Annotated[list[str] | None, typer.Option(help="Look with this role at its account too; again for more.")]
MinAge = Annotated[str, typer.Option(help="How old an image must be to go.")]
MinIdle = Annotated[str, typer.Option(help="How long ago it must last have been launched.")]
Keep = Annotated[int, typer.Option(min=1, help="How many of the newest images of a family stay.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the whole report to this file.", dir_okay=False)]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write one line per image to this file.", dir_okay=False)]
Baseline = Annotated[
    Path | None,
    typer.Option(help="What the last good run counted: read, and after a good run written.", dir_okay=False),
]
Ancestry = Annotated[bool, typer.Option("--ancestry", help="Keep what other images were built from: a call per image.")]
Policy = Annotated[
    bool,
    typer.Option(
        "--policy",
        help="Print the IAM policy that this command needs, and stop.",
        callback=print_policy,
        is_eager=True,
        expose_value=False,
    ),
]
Price = Annotated[float, typer.Option(help="Dollars for a GiB of snapshots and a month.")]
Rows = Annotated[int, typer.Option(min=0, help="How many images to show.")]


def audit(  # noqa: PLR0913 - one parameter per option
    *,
    family_tag: FamilyTag = Tag.FAMILY.value,
    family_pattern: FamilyPattern = None,
    region: Region = None,
    role_arn: RoleArn = None,
    min_age: MinAge = "90d",
    min_idle: MinIdle = "30d",
    keep: Keep = RULES.keep,
    json_file: Json = None,
    csv_file: Csv = None,
    baseline: Baseline = None,
    ancestry: Ancestry = False,
    _policy: Policy = False,
    price: Price = 0.05,
    rows: Rows = 50,
) -> None:
    """Which AMIs may go?  Reads only.  Exit 0: none may; 3: some may; 2: something could not be told."""
    families = Families(family_tag, pattern(family_pattern) if family_pattern else None)
    rules = AuditRules(min_age=days(min_age), min_idle=days(min_idle), keep=keep, max_shrink=RULES.max_shrink)
    looking = Audit(rules, families, datetime.now(UTC), ancestry=ancestry)
    report = run(looking, region or [], role_arn or [], baseline)
    write(report, json_file, csv_file, baseline)
    show(report, Console(), now=looking.now, price=price, rows=rows)
    raise typer.Exit(code(report))


def run(looking: Audit, regions: list[str], roles: list[str], baseline: Path | None) -> AuditReport:
    calls = Calls()
    where = scope(roles, regions, calls)
    with progress(where.places) as looking.told:
        report = looking.run(where.places, Organization(where.organizations()), calls.made, counted(baseline, regions))
    return report.model_copy(update={"unseen": (*where.unseen, *report.unseen)})


def code(report: AuditReport) -> int:
    """What could not be told wins over what may go."""
    verdicts = {image.verdict for image in report.images}
    if report.unseen or report.implausible or "cannot_tell" in verdicts:
        return CANNOT_TELL
    return SOMETHING_MAY_GO if "may_go" in verdicts else NOTHING_MAY_GO


@contextmanager
def progress(places: list[RegionReader]) -> Iterator[Told]:
    """One line for each place, on stderr, gone when it is done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TextColumn("{task.fields[source]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {
            (reader.account, reader.region): bars.add_task(
                f"{reader.account} {reader.region}", total=len(SOURCES) + 1, source="waiting"
            )
            for reader in places
        }
        yield lambda reader, source: bars.update(tasks[reader.account, reader.region], advance=1, source=source)
