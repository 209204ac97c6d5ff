"""`goldsmith verify`: try a version again without a rebuild."""

from collections.abc import Iterator
from typing import Annotated, Final

import boto3
import typer
from rich.console import Console

from goldsmith.model import FamilyRef, VersionRef
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import Told, since
from goldsmith_cli.following import follow as watch
from goldsmith_cli.retire.explanation import explanation

console = Console()
GATE: Final = {EventType.IMAGE_VERIFIED, EventType.IMAGE_REJECTED}
ENDS: Final = GATE | {EventType.RUN_ENDED}

Named = Annotated[
    str, typer.Argument(metavar="FAMILY@VERSION", help="A version, e.g. webapp-prod@2026.11.26.", show_default=False)
]


def verify(named: Named, *, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Scan, launch, test and judge a version again, without a rebuild.  With --follow, exit 1 unless it is verified."""
    version = version_of(named)
    deployment = Deployment(stack, boto3.Session())
    before = list(told(deployment, version))
    deployment.put(EventType.VERIFICATION_REQUESTED, {**version.member, "again": True})
    if not follow:
        console.print(f"asked for {named}; `goldsmith explain {named}` tells what became of it")
        return
    kind, detail = watch(
        deployment, version.family, lambda: since(before, told(deployment, version)), ENDS, console=console
    )
    if kind == EventType.RUN_ENDED:
        console.print(f"{kind}: {detail['status']} {detail['error']} {detail['cause']}".rstrip(), style="red")
    else:
        console.print(explanation(detail), soft_wrap=True, highlight=False, markup=False)
    if kind != EventType.IMAGE_VERIFIED:
        raise typer.Exit(1)


def version_of(named: str) -> VersionRef:
    """FAMILY@VERSION, taken apart."""
    family, at, version = named.partition("@")
    if not (family and at and version):
        raise typer.BadParameter(f"{named!r} names no version: FAMILY@VERSION, as in webapp-prod@2026.11.26")
    return VersionRef(family=family, version=version)


def told(deployment: Deployment, version: VersionRef) -> Iterator[Told]:
    """What was said about this version, oldest first."""
    for each in deployment.ledger.history(FamilyRef(family=version.family).place):
        if each[2].get("version") == version.version:
            yield each
