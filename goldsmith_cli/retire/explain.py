"""`goldsmith explain`: why a version, or an AMI, is what it is, and what will become of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console

from goldsmith.model import ImageRef, VersionRef
from goldsmith.values.usage import AuditedImage
from goldsmith.vocabulary import EventType, Tag
from goldsmith_cli.deployment import Deployment, Stack
from goldsmith_cli.following import Told
from goldsmith_cli.retire.explanation import explanation, standing
from goldsmith_cli.retire.foresight import Foresight
from goldsmith_cli.retire.outlook import Outlook, look, look_at
from goldsmith_cli.retire.way_out import OTHER_WAY, STEPS, is_leaving, way_out
from goldsmith_cli.verify import GATE, told, version_of

console = Console()
SHOWN: Final = {
    *GATE,
    *STEPS,
    *OTHER_WAY,
    EventType.RUN_ENDED,
    EventType.IMAGE_BUILT,
    EventType.IMAGE_DISTRIBUTED,
    EventType.DISTRIBUTION_FAILED,
    EventType.IMAGE_PROMOTED,
    EventType.PROMOTION_REFUSED,
    EventType.PROMOTION_FAILED,
}
NAMED: Final = "A version, e.g. webapp-prod@2026.11.26, or an AMI of it."

Asked = Annotated[str, typer.Argument(metavar="FAMILY@VERSION|AMI", help=NAMED, show_default=False)]
Region = Annotated[str | None, typer.Option(help="The region of the AMI; all of the deployment if not given.")]


def explain(named: Asked, *, region: Region = None, stack: Stack = "goldsmith") -> None:
    """Show where a version stands, what the gate and the last sweep decided on it and why, and what comes next.

    Exit 1: Goldsmith does not know it.
    """
    deployment = Deployment(stack, boto3.Session())
    version = version_behind(deployment, named, region) if named.startswith("ami-") else version_of(named)
    if version is None:
        console.print(f"Goldsmith never heard of {named} in {region or ', '.join(deployment.regions)}")
        raise typer.Exit(1)
    outlook, all_told = look_at(deployment, version.family), list(told(deployment, version))
    images, heard = _images(outlook, version), [each for each in all_told if each[1] in SHOWN]
    for doubt in outlook.doubts:
        _print([f"could not be read: {doubt}"])
    if not heard and not images:
        _print([f"Goldsmith never heard of {named}: `goldsmith status {version.family}` lists what it made"])
        raise typer.Exit(1)
    _print([f"{version.family}@{version.version}"] if named.startswith("ami-") else [])
    _print([standing(images, heard)])
    _leaving(outlook, version, all_told)
    _gate(deployment, heard)


def version_behind(deployment: Deployment, image_id: str, region: str | None) -> VersionRef | None:
    """By the tags of the AMI; if it is gone, by what was said of it."""
    regions = [region] if region else deployment.regions
    for image in look(deployment, regions, **{"image-id": image_id}).images:
        if found := _version({"family": image.tag(Tag.FAMILY), "version": image.tag(Tag.VERSION)}):
            return found
    for each in regions:
        place = ImageRef(image_id=image_id, account=deployment.account, region=each).place
        for _, _, detail in deployment.ledger.history(place, newest_first=True):
            if found := _version(detail):
                return found
    return None


def _version(said: dict[str, Any]) -> VersionRef | None:
    family, version = said.get("family"), said.get("version")
    return VersionRef(family=family, version=version) if family and version else None


def _images(outlook: Outlook, version: VersionRef) -> list[AuditedImage]:
    return [each for each in outlook.images if each.tag(Tag.VERSION) == version.version]


def _leaving(outlook: Outlook, version: VersionRef, all_told: list[Told]) -> None:
    """What is to be said of a version that is on its way out."""
    copies = [each for key, of in outlook.versions.items() if key[1] == version.version for each in of]
    if is_leaving(copies, all_told):
        now = datetime.now(UTC)
        ahead = Foresight(outlook.line(version.family), outlook.is_told(version.family), now)
        kept = [each for each in ahead.kept() if each.version == version.version]
        _print(way_out(f"{version.family}@{version.version}", kept, copies, all_told, now))


def _gate(deployment: Deployment, heard: list[Told]) -> None:
    if judged := [(when, detail) for when, kind, detail in heard if kind in GATE]:
        when, detail = judged[-1]
        bucket, home = deployment.outputs["EvidenceBucket"], str(deployment.session.region_name)
        _print([explanation(detail, when=when, bucket=bucket, region=home)])


def _print(lines: Iterable[str]) -> None:
    for each in lines:
        console.print(each, soft_wrap=True, highlight=False, markup=False)
