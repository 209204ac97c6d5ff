"""`goldsmith verify` and `goldsmith explain`: try a version again without a rebuild, and read why it is what it is."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console

from cli.deployment import Deployment, Follow, Stack
from cli.explanation import explanation, standing
from cli.following import follow as watch
from cli.following import since
from goldsmith.model import FamilyRef, VersionRef
from goldsmith.vocabulary import EventType, Tag

console = Console()
GATE: Final = {EventType.IMAGE_VERIFIED, EventType.IMAGE_REJECTED}
ENDS: Final = GATE | {EventType.RUN_ENDED}
SHOWN: Final = ENDS | {
    EventType.IMAGE_BUILT,
    EventType.IMAGE_DISTRIBUTED,
    EventType.DISTRIBUTION_FAILED,
    EventType.IMAGE_PROMOTED,
    EventType.PROMOTION_REFUSED,
    EventType.PROMOTION_FAILED,
}

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


def explain(named: Named, *, stack: Stack = "goldsmith") -> None:
    """Show what the gate decided on a version and why, with the evidence.  Exit 1: Goldsmith does not know it."""
    version = version_of(named)
    deployment = Deployment(stack, boto3.Session())
    heard = [each for each in told(deployment, version) if each[1] in SHOWN]
    if not heard:
        console.print(f"Goldsmith never heard of {named}: `goldsmith status {version.family}` lists what it made")
        raise typer.Exit(1)
    console.print(standing(_images(deployment, version), heard), soft_wrap=True, highlight=False, markup=False)
    if judged := [(when, detail) for when, kind, detail in heard if kind in GATE]:
        when, detail = judged[-1]
        bucket, region = deployment.outputs["EvidenceBucket"], str(deployment.session.region_name)
        console.print(
            explanation(detail, when=when, bucket=bucket, region=region), soft_wrap=True, highlight=False, markup=False
        )


def version_of(named: str) -> VersionRef:
    """FAMILY@VERSION, taken apart."""
    family, at, version = named.partition("@")
    if not (family and at and version):
        raise typer.BadParameter(f"{named!r} names no version: FAMILY@VERSION, as in webapp-prod@2026.11.26")
    return VersionRef(family=family, version=version)


def told(deployment: Deployment, version: VersionRef) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What was said about this version, oldest first."""
    for each in deployment.ledger.history(FamilyRef(family=version.family).place):
        if each[2].get("version") == version.version:
            yield each


def _images(deployment: Deployment, version: VersionRef) -> list[dict[str, Any]]:
    """Its AMIs in the home region as EC2 shows them now."""
    tags = {Tag.FAMILY: version.family, Tag.VERSION: version.version}
    filters = [{"Name": f"tag:{tag}", "Values": [value]} for tag, value in tags.items()]
    pages = deployment.session.client("ec2").get_paginator("describe_images")
    found = pages.paginate(Owners=["self"], Filters=filters, IncludeDeprecated=True)  # type: ignore[arg-type]
    return [dict(image) for page in found for image in page["Images"]]
