"""Runs as people see them: one that goes on, what became of the last ones, why one failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from goldsmith.message.texts import LIFTED
from goldsmith.vocabulary import EventType
from goldsmith_cli.runs import Standing

COLOURS = {
    EventType.IMAGE_BUILT: "green",
    EventType.IMAGE_VERIFIED: "green",
    EventType.IMAGE_DISTRIBUTED: "green",
    EventType.IMAGE_PROMOTED: "green",
    EventType.BUILD_REFUSED: "yellow",
}
HOLD_OTHERS = {
    "Build each",
    "Verify each",
    "Scan and test",
    "Test hosts",
    "Copy each",
    "Set each pointer",
}  # states whose inner states say more
OF_COMPONENTS = {"Send command", "Await command", "Await test", "Store output"}  # states that are about one of them
GONE_OUT = {
    EventType.IMAGE_DISTRIBUTED,
    EventType.DISTRIBUTION_FAILED,
    EventType.IMAGE_PROMOTED,
    EventType.PROMOTION_FAILED,
}


def run_table(run: str, stands: Sequence[Standing], now: datetime) -> Table:
    """Where a run stands, a line for each architecture, and of one that is tried for each host."""
    table = Table("architecture", "state", "step", "for", title=f"{run} is running", title_justify="left")
    inner = [each for each in stands if each.state not in HOLD_OTHERS]
    for each in inner or stands:
        step = each.component if each.state in OF_COMPONENTS else ""
        where = f"{each.architecture} host {each.twin}" if each.twin else each.architecture
        table.add_row(where, each.state, step, _ago(now, each.since))
    return table


def families_table(family: str, ended: Sequence[tuple[str, str, dict[str, Any]]]) -> RenderableType:
    """What became of a family's last runs, newest first."""
    if not ended:
        return Text(f"{family}: never built; goldsmith build {family}")
    table = Table("when", "what became of it", title=family, title_justify="left")
    for when, kind, detail in reversed(ended):
        table.add_row(when[:19].replace("T", " "), outcome(kind, detail))
    return table


def outcome(kind: str, detail: dict[str, Any]) -> Text:
    """The end of a run in one line."""
    text = Text(kind, style=COLOURS.get(EventType(kind), "red"))
    if kind == EventType.IMAGE_BUILT:
        images = ", ".join(f"{each['imageId']} ({each['architecture']})" for each in detail["images"])
        text.append(f" {detail['version']}: {images}", style="default")
    elif kind == EventType.BUILD_FAILED:
        causes = "; ".join(dict.fromkeys(each["cause"] for each in detail["failures"]))
        text.append(f" {detail['version']}: {causes}", style="default")
    elif kind in GONE_OUT:
        text.append(f" {detail['version']}: {_where(detail)}", style="default")
    elif kind in {EventType.IMAGE_VERIFIED, EventType.IMAGE_REJECTED, EventType.PROMOTION_REFUSED}:
        reasons = ", ".join(detail["decision"]["verdict"]["reasons"])
        text.append(f" {detail['version']}{reasons and f': {reasons}'}", style="default")
    elif kind == EventType.BUILD_REFUSED:
        reasons = detail.get("reasons") or detail["decision"]["verdict"]["reasons"]
        text.append(f": {', '.join(reasons)}{_help(reasons)}", style="default")
    else:
        text.append(f" {detail['status']} {detail['error']} {detail['cause']}".rstrip(), style="default")
    return text


def _where(detail: dict[str, Any]) -> str:
    """Which regions have it, and which have not."""
    there = sorted({each["region"] for each in detail["images"]})
    absent = sorted({each["region"] for each in [*detail.get("missing", []), *detail.get("failures", [])]})
    return ", ".join(there) + (f"; not in {', '.join(absent)}" if absent else "")


def _help(reasons: Sequence[str]) -> str:
    """What to do about it, where there is something."""
    return " (build anyway: --again)" if set(reasons) <= LIFTED else ""


def failures(detail: dict[str, Any]) -> RenderableType:
    """Why there is no image, for each architecture with the last lines of what failed and where all of it is."""
    panels: list[RenderableType] = []
    for each in detail["failures"]:
        lines = [each["cause"], "", *each["lastLines"]]
        title = f"{each['architecture']} {each['component']}".strip()
        panels.append(Panel(Text("\n".join(lines).strip()), title=title, title_align="left", border_style="red"))
        if each["link"]:  # outside of the frame, and never broken: it is to be clicked
            panels.append(Text(f"all of it: {each['link']}", no_wrap=True, overflow="ignore"))
    return Group(*panels)


def _ago(now: datetime, then: datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"  # noqa: PLR2004 - a minute
