"""The report on a terminal."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from goldsmith.values.usage import Answer, AuditReport, Judged
from goldsmith.vocabulary import Reason

COLOURS: Final[dict[Answer, str]] = {"may_go": "green", "cannot_tell": "yellow", "keep": "blue"}
WORDS: Final[dict[Answer, str]] = {"may_go": "may go", "cannot_tell": "cannot tell", "keep": "keep"}
USERS: Final = 2


def show(report: AuditReport, console: Console, *, now: datetime, price: float, rows: int) -> None:
    if report.images:
        _images(report, console, now, rows)
        if len(report.images) > rows:
            _reasons(report, console)
    if report.unseen:
        _unseen(report, console)
    for shrunk in report.implausible:
        console.print(f"[yellow]implausible[/]: {escape(shrunk)}: nothing is said to go. See --baseline.")
    for line in _sums(report, price):
        console.print(line)


def _images(report: AuditReport, console: Console, now: datetime, rows: int) -> None:
    table = Table("", "image", "family", "where", "days", "GiB", "why", row_styles=["", "dim"], expand=False)
    for column in table.columns:
        column.overflow = "fold"
        column.justify = "right" if column.header in {"days", "GiB"} else "left"
    table.columns[1].min_width = len("ami-0123456789abcdef0")  # an id is copied, so it is never cut
    order = list(COLOURS)
    ordered = sorted(report.images, key=lambda image: (order.index(image.verdict), image.family, image.name))
    for image in ordered[:rows]:
        days = str((now - image.created).days) if image.created else "?"
        word = f"[{COLOURS[image.verdict]}]{WORDS[image.verdict]}[/]"
        named = f"{image.image_id}\n[dim]{escape(image.name)}[/]" if image.name else image.image_id
        where = f"{image.region}\n[dim]{image.account}[/]"
        table.add_row(word, named, escape(image.family), where, days, str(image.snapshot_gib), escape(_why(image)))
    console.print(table)
    if len(ordered) > rows:
        console.print(f"and {len(ordered) - rows:,} more: --json and --csv write all, --rows shows more", style="dim")


def _why(image: Judged) -> str:
    """Who uses it, else what could not be seen, and what else keeps it."""
    users = [f"{use.kind} {_short(use.arn)} ({use.how})" for use in image.used_by[:USERS]]
    if len(image.used_by) > USERS:
        users.append(f"and {len(image.used_by) - USERS} more")
    doubts = [] if image.verdict == "keep" else _doubts(image)
    others = [reason.replace("_", " ") for reason in image.reasons if reason not in {Reason.IN_USE, Reason.UNSEEN}]
    return "\n".join([*users, *doubts, *([", ".join(others)] if others else [])])


def _doubts(image: Judged) -> list[str]:
    """The sources that were not seen; account and region only where they are not the image's own."""
    here = f"{image.account} {image.region} "
    named = [place.removeprefix(here) for place in image.unseen]
    return [f"unseen: {', '.join(named)}"] if named else []


def _short(arn: str) -> str:
    """The name at the end of an ARN."""
    return re.split(r"[:/]", arn)[-1]


def _reasons(report: AuditReport, console: Console) -> None:
    table = Table("reason", "images", "kept by it alone", title="What keeps them")
    alone = Counter(image.reasons[0] for image in report.images if len(image.reasons) == 1)
    for reason, count in Counter(reason for image in report.images for reason in image.reasons).most_common():
        table.add_row(reason.replace("_", " "), f"{count:,}", f"{alone[reason]:,}")
    console.print(table)


def _unseen(report: AuditReport, console: Console) -> None:
    table = Table("account", "region", "source", "error", title="What could not be seen")
    for each in report.unseen:
        table.add_row(each.account, each.region, each.source, escape(each.error))
    console.print(table)


def _sums(report: AuditReport, price: float) -> Iterator[str]:
    yield f"[bold]{len(report.images):,} images[/], {sum(report.api_calls.values()):,} API calls"
    for verdict, colour in COLOURS.items():
        these = [image for image in report.images if image.verdict == verdict]
        gib = sum(image.snapshot_gib for image in these)
        money = f"at most ${gib * price:,.2f} a month"
        yield f"  [{colour}]{WORDS[verdict]:<12}[/]{len(these):>8,} images  {gib:>10,} GiB of snapshots, {money}"
    if hint := _hint(report.images):
        yield hint


def _hint(images: Iterable[Judged]) -> str:
    nameless = sum(not image.family for image in images)
    told = "tell it with --family-tag or --family-pattern, for an image without a family is never said to go"
    return f"{nameless:,} images have no family: {told}" if nameless else ""
