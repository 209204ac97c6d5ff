"""Builds as people see them: a run that goes on, what became of the last ones, why one failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.runs import Standing
from goldsmith.vocabulary import EventType

COLOURS = {EventType.IMAGE_BUILT: "green", EventType.BUILD_REFUSED: "yellow"}


def run_table(run: str, stands: Sequence[Standing], now: datetime) -> Table:
    """Where a run stands, a line for each architecture."""
    table = Table("architecture", "state", "component", "for", title=f"{run} is running", title_justify="left")
    for each in stands:
        if each.state == "Build each" and len(stands) > 1:
            continue  # its iterations say more
        component = each.component if each.state in {"Send", "Await command", "Keep output"} else ""
        table.add_row(each.architecture, each.state, component, _ago(now, each.since))
    return table


def families_table(family: str, ended: Sequence[tuple[str, str, dict[str, Any]]]) -> RenderableType:
    """The last builds of a family, newest first."""
    if not ended:
        return Text(f"{family}: never built; goldsmith build {family}")
    table = Table("when", "what became of it", title=family, title_justify="left")
    for when, kind, detail in reversed(ended):
        table.add_row(when[:19].replace("T", " "), outcome(kind, detail))
    return table


def outcome(kind: str, detail: dict[str, Any]) -> Text:
    """The end of a build in one line."""
    text = Text(kind, style=COLOURS.get(EventType(kind), "red"))
    if kind == EventType.IMAGE_BUILT:
        images = ", ".join(f"{each['imageId']} ({each['architecture']})" for each in detail["images"])
        text.append(f" {detail['version']}: {images}", style="default")
    elif kind == EventType.BUILD_FAILED:
        causes = "; ".join(dict.fromkeys(each["cause"] for each in detail["failures"]))
        text.append(f" {detail['version']}: {causes}", style="default")
    elif kind == EventType.BUILD_REFUSED:
        reasons = detail.get("reasons") or detail["decision"]["verdict"]["reasons"]
        text.append(f": {', '.join(reasons)}{_help(reasons)}", style="default")
    else:
        text.append(f" {detail['status']} {detail['error']} {detail['cause']}".rstrip(), style="default")
    return text


def _help(reasons: Sequence[str]) -> str:
    """What to do about it, where there is something."""
    liftable = {"nothing_changed", "frozen", "too_many_failures"}
    return " (build anyway: --again)" if set(reasons) <= liftable else ""


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
