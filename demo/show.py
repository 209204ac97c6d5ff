"""A demo for the eyes: what each workflow is doing, and in the end what there is."""

import io
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo.facts import CHANNEL, ENDED_BY
from goldsmith.vocabulary import EventType, Stage
from goldsmith_cli.build_show import HOLD_OTHERS, OF_COMPONENTS
from goldsmith_cli.retire.explanation import explanation
from goldsmith_cli.runs import Standing

WIDE: Final = 110  # columns of a picture, and of a log
DOING: Final = 64  # columns, so that nothing jumps
STANDINGS: Final = 3  # that one line tells
STEPS: Final = ("deprecated", "disabled", "deregistered")
Facts = Mapping[str, Any]
NEXT: Final = (
    ("make local", "the same AWS, for as long as you want: see Try it yourself in README.md"),
    ("make demo ARGS=--again", "build a second version of the day, though nothing changed"),
    ('make demo ARGS="--json demo.json"', "all of this as JSON, read back from the API"),
    ("make test", "what happens when things go wrong"),
)


class Screen:
    """Where a demo is shown.  All that stays there is kept, to be drawn without what was live."""

    def __init__(self, console: Console) -> None:
        self.console, self.began = console, time.monotonic()
        self.kept: list[RenderableType] = []

    @property
    def seconds(self) -> float:
        """Since there was something to see."""
        return time.monotonic() - self.began

    def say(self, what: RenderableType) -> None:
        self.kept.append(what)
        self.console.print(what, soft_wrap=isinstance(what, str | Text))

    def draw(self, path: Path) -> None:
        """Write what was said as SVG."""
        paper = Console(record=True, width=WIDE, file=io.StringIO(), highlight=False, force_terminal=True)
        for each in self.kept:
            paper.print(each)
        paper.save_svg(str(path), title="make demo")


def event_line(event: Facts, seconds: float | None) -> Text:
    """One event in one line, with how long the run took that it ends."""
    detail = event["detail"]
    reasons = detail.get("decision", {}).get("verdict", {}).get("reasons", ())
    why = f": {', '.join(reasons).replace('_', ' ')}" if reasons else ""
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    on = f": to be deprecated on {detail['on']}" if detail.get("on") and not reasons else ""
    line = Text.assemble(("✓ ", "green"), f"{event['detail_type']} {detail.get('version', '')}".rstrip(), why, on)
    return line.append(took, style="dim")


def progress(live: Mapping[str, Sequence[Standing]], took: Mapping[str, float], now: datetime) -> Table:
    """A line for each workflow: how long it took, or where it stands.  `took` is by the event that ended it."""
    table = Table("workflow", "", title="One event in, tested AMIs in every region out", title_justify="left")
    table.add_column("what it is doing", width=DOING)
    table.add_column("seconds", justify="right", no_wrap=True)
    for verb, end in ENDED_BY.items():
        stands = [each for run, found in live.items() if run.startswith(f"{verb}-") for each in found]
        if end in took:
            table.add_row(verb, Text("✓", style="bold green"), Text(end, style="green"), f"{took[end]:.1f}")
        else:
            table.add_row(verb, "…" if stands else "", _doing(stands), _since(stands, now))
    return table


def _doing(stands: Sequence[Standing]) -> str:
    """The states that it is in, without those that only hold others."""
    inner = [each for each in stands if each.state not in HOLD_OTHERS] or stands
    return ", ".join(f"{each.state}{f' ({where})' if (where := _where(each)) else ''}" for each in inner[:STANDINGS])


def _where(each: Standing) -> str:
    component = each.component if each.state in OF_COMPONENTS else ""
    return " ".join(filter(None, (each.architecture, each.twin and f"host {each.twin}", component)))


def _since(stands: Sequence[Standing], now: datetime) -> str:
    return f"{max((now - each.since).total_seconds() for each in stands):.0f}" if stands else ""


def ending(facts: Facts, verified: Facts, *, kept: bool) -> Group:
    """All that there is to see when it is over; `kept` is whether all promises are."""
    stands = f"\n{facts['family']} {facts['version']} is {facts['stage']}\n"
    return Group(
        Text(stands, style="bold green" if kept else "bold red"),
        _images(facts),
        Panel(Text(explanation(dict(verified)).strip()), title="Scan, tests and change card", title_align="left"),
        Panel(
            Text(_message(facts)), title=f"What the owner got ({EventType.IMAGE_PROMOTED} is shown)", title_align="left"
        ),
        _leaving(facts),
        _stages(facts),
        Text(f"\nInstances left: {facts['instances_left']}", style="bold"),
        Text("\nWhat to try next:", style="bold"),
        Text("\n".join(f"  {command:34} {why}" for command, why in NEXT)),
    )


def _images(facts: Facts) -> Table:
    table = Table("region", "AMI", "state", "encrypted", "tags", f"{CHANNEL} points to it")
    for region, image in facts["regions"].items():
        here = facts["channels"][CHANNEL].get(region) == image["image_id"]
        encrypted, tags = "yes" if image["encrypted"] else "no", len(image["tags"])
        table.add_row(region, image["image_id"], image["state"], encrypted, str(tags), "yes" if here else "no")
    return table


def _leaving(facts: Facts) -> Group:
    """The old versions: what was said of the first that go, and when the rest would happen."""
    table = Table("leaves", "announced", *STEPS)
    for each in facts["leaving"]:
        table.add_row(each["version"], each["announced"], *each["days"].values())
    superseded = [name for name, stage in facts["versions"].items() if stage == Stage.SUPERSEDED]
    kept = sorted(set(superseded) - {each["version"] for each in facts["leaving"]})
    stay = f"\n{', '.join(kept)}: superseded, but among the newest that the recipe keeps." if kept else ""
    return Group(table, Text(f"To come at the earliest, and only if by then nobody uses it or objects.{stay}", "dim"))


def _message(facts: Facts) -> str:
    """Of the release, as it came; links are for a mail, not for a frame."""
    texts = [each["text"].strip() for each in facts["notifications"] if each["event"] == EventType.IMAGE_PROMOTED]
    return texts[-1] if texts else "nothing"


def _stages(facts: Facts) -> Table:
    table = Table(
        "workflow", "seconds", caption=f"{len(facts['events'])} events, {len(facts['notifications'])} messages"
    )
    for each in facts["stages"]:
        table.add_row(each["name"], f"{each['seconds']:.1f}")
    return table
