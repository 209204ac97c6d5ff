"""`goldsmith distribute`: give a version to every region of its recipe, and let its first channel point to it."""

from typing import Any, Final

import boto3
import typer
from rich.console import Console

from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import follow as watch
from goldsmith_cli.following import since
from goldsmith_cli.verify import Named, told, version_of

console = Console()
ENDS: Final = {
    EventType.DISTRIBUTION_FAILED,
    EventType.IMAGE_PROMOTED,
    EventType.PROMOTION_REFUSED,
    EventType.PROMOTION_FAILED,
    EventType.RUN_ENDED,
}


def distribute(named: Named, *, follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Copy a verified version to where its recipe says, without a rebuild; what is there is left as it is.

    With --follow, exit 1 unless its first channel points to it in the end.
    """
    version = version_of(named)
    deployment = Deployment(stack, boto3.Session())
    before = list(told(deployment, version))
    deployment.put(EventType.DISTRIBUTION_REQUESTED, {**version.member, "by": "person", "again": True})
    if not follow:
        console.print(f"asked for {named}; `goldsmith explain {named}` tells what became of it")
        return
    kind, detail = watch(
        deployment, version.family, lambda: since(before, told(deployment, version)), ENDS, console=console
    )
    console.print(arrival(kind, detail), soft_wrap=True, highlight=False, markup=False)
    if kind != EventType.IMAGE_PROMOTED:
        raise typer.Exit(1)


def arrival(kind: str, detail: dict[str, Any]) -> str:
    """Where a version is now, a line for each region, and where it is not and why."""
    channel = f" to {detail['channel']}" if detail.get("channel") else ""
    lines = [f"{kind}: {detail.get('family')} {detail.get('version')}{channel}"]
    if kind == EventType.RUN_ENDED:
        return f"{lines[0]}: {detail['status']} {detail['error']} {detail['cause']}".rstrip()
    lines += [f"  {e['region']}: {e['imageId']} ({e['architecture']})" for e in detail.get("images", [])]
    absent = detail.get("missing", []) + detail.get("failures", [])
    lines += [f"  {e['region']} ({e['architecture']}) has not got it: {e['cause'] or e['error']}" for e in absent]
    lines += [f"  {each}" for each in detail.get("objections", [])]
    return "\n".join(lines)
