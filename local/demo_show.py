"""A demo for the eyes: what each workflow is doing, and in the end what there is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.explanation import explanation
from cli.runs import Standing

ENDED: Final = {
    "build": "Image Built",
    "verify": "Image Verified",
    "distribute": "Image Distributed",
    "promote": "Image Promoted",
}
OUTER: Final = frozenset({"Build each", "Try each", "Scan and test", "Twins", "Copy each", "Point each"})
MESSAGE: Final = "Image Promoted"  # the one that is shown whole
Facts = Mapping[str, Any]


def progress(live: Mapping[str, Sequence[Standing]], said: Sequence[str], now: datetime) -> Table:
    """A line for each workflow: done, or where it stands."""
    table = Table(title="One event in, tested AMIs in every region out", title_justify="left", min_width=90)
    for name in ("workflow", "", "what it is doing"):
        table.add_column(name)
    for verb in ENDED:
        stands = [each for run, found in live.items() if run.startswith(f"{verb}-") for each in found]
        if ENDED[verb] in said:
            table.add_row(verb, Text("✓", style="bold green"), Text(ENDED[verb], style="green"))
        else:
            table.add_row(verb, "…" if stands else "", _doing(stands, now))
    return table


def _doing(stands: Sequence[Standing], now: datetime) -> str:
    inner = [each for each in stands if each.state not in OUTER] or stands
    where = (f"{each.state}{f' {each.component}' if each.component else ''} ({_of(each)})" for each in inner[:4])
    seconds = max((int((now - each.since).total_seconds()) for each in inner), default=0)
    return f"{', '.join(where)} {seconds} s" if inner else ""


def _of(each: Standing) -> str:
    return " ".join(filter(None, (each.architecture, each.twin and f"host {each.twin}"))) or "all"


def ending(facts: Facts, verified: Facts) -> Group:
    """All that there is to see when it is over."""
    return Group(
        Text(f"\n{facts['family']} {facts['version']} is {facts['stage']}\n", style="bold green"),
        _images(facts),
        Panel(Text(explanation(dict(verified)).strip()), title="Scan, tests and change card", title_align="left"),
        Panel(Text(_message(facts)), title=f"What the owner got ({MESSAGE})", title_align="left"),
        _stages(facts),
        Text(f"\nInstances left: {facts['instances_left']}", style="bold"),
    )


def _images(facts: Facts) -> Table:
    table = Table("region", "AMI", "state", "encrypted", "tags", "staging points to it")
    for region, image in facts["regions"].items():
        here = facts["channels"]["staging"].get(region) == image["image_id"]
        encrypted, tags = "yes" if image["encrypted"] else "no", len(image["tags"])
        table.add_row(region, image["image_id"], image["state"], encrypted, str(tags), "yes" if here else "no")
    return table


def _message(facts: Facts) -> str:
    return next((each["text"].strip() for each in facts["notifications"] if each["event"] == MESSAGE), "nothing")


def _stages(facts: Facts) -> Table:
    table = Table("workflow", "seconds")
    for each in facts["stages"]:
        table.add_row(each["name"], f"{each['seconds']:.1f}")
    told = f"{len(facts['events'])} events, {len(facts['notifications'])} messages"
    table.caption = told
    return table


def next_steps(console: Console) -> None:
    console.print("\nWhat to try next:", style="bold")
    for command, why in (
        ("make local", "the same AWS, for as long as you want: see Try it yourself in README.md"),
        ("make demo ARGS=--again", "build a second version of the day, though nothing changed"),
        ('make demo ARGS="--json demo.json"', "all of this as JSON, read back from the API"),
        ("make test", "what happens when things go wrong"),
    ):
        console.print(f"  {command:36} {why}", highlight=False, soft_wrap=True)
