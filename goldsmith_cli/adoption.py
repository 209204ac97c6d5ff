"""`goldsmith adopt` and `goldsmith history`: ask for the adoption of an image, and see what happened to one."""

import time
from collections.abc import Iterator
from typing import Annotated, Any

import boto3
import typer
from rich.console import Console
from rich.table import Table

from goldsmith.model import ImageRef
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import Told, since

console = Console()
ENDS = {EventType.IMAGE_ADOPTED, EventType.IMAGE_REFUSED, EventType.RUN_ENDED}

ImageId = Annotated[str, typer.Argument(help="The AMI, e.g. ami-0abcdef1234567890.", show_default=False)]
Region = Annotated[str | None, typer.Option(help="The region of the AMI; the session's own if not given.")]
Again = Annotated[bool, typer.Option("--again", help="Decide again although it was decided before.")]


def adopt(
    image: ImageId, *, region: Region = None, stack: Stack = "goldsmith", follow: Follow = False, again: Again = False
) -> None:
    """Ask Goldsmith to take in an AMI that another builder made.  Exit 1: it was refused."""
    deployment = Deployment(stack, boto3.Session())
    ref = deployment.image(image, region)
    before = list(deployment.ledger.history(ref.place))
    decided = [(kind, detail) for _, kind, detail in before if kind in ENDS - {EventType.RUN_ENDED}]
    if again or not decided:
        deployment.put(EventType.ADOPTION_REQUESTED, {"image": ref.model_dump(by_alias=True), "again": again})
        if not follow:
            console.print(f"asked for {image}; `goldsmith history {image}` tells what became of it")
            return
        with console.status(f"{image}: waiting for the decision"):
            decided = [next(each for each in _news(deployment, ref, before) if each[0] in ENDS)]
    kind, detail = decided[-1]
    console.print(_line(kind, detail))
    if kind != EventType.IMAGE_ADOPTED:
        raise typer.Exit(1)


def history(image: ImageId, *, region: Region = None, stack: Stack = "goldsmith") -> None:
    """Show what happened to an AMI, oldest first."""
    deployment = Deployment(stack, boto3.Session())
    table = Table("when", "what", title=image)
    for when, kind, detail in deployment.ledger.history(deployment.image(image, region).place):
        table.add_row(when, _line(kind, detail))
    console.print(table if table.row_count else f"Goldsmith never heard of {image} in this region")


def _news(deployment: Deployment, ref: ImageRef, before: list[Told]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is said about the image from now on, again and again."""
    while True:
        yield from ((kind, detail) for _, kind, detail in since(before, deployment.ledger.history(ref.place)))
        time.sleep(0.5)


def _line(kind: str, detail: dict[str, Any]) -> str:
    """One event in one line."""
    if kind == EventType.RUN_ENDED:
        return f"[red]{kind}[/] {detail['status']} {detail['error']} {detail['cause']}".rstrip()
    if "decision" not in detail:
        return kind
    facts, verdict = detail["decision"]["facts"], detail["decision"]["verdict"]
    unseen = f" ({'; '.join(facts['unseen'])})" if facts["unseen"] else ""
    return f"[green]{kind}[/]" if verdict["allowed"] else f"[yellow]{kind}[/]: {', '.join(verdict['reasons'])}{unseen}"
