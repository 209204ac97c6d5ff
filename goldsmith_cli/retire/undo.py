"""`goldsmith undo`: bring a version back that was disabled or deregistered."""

from collections.abc import Iterator
from typing import Annotated, Final

import boto3
import typer
from rich.console import Console

from goldsmith.values.restore import Restored, VersionRequest
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment, Follow, Stack
from goldsmith_cli.following import await_word, since
from goldsmith_cli.retire.hold import PERSON, silence
from goldsmith_cli.verify import Named, told, version_of

console = Console()
ENDS: Final = {EventType.IMAGE_RESTORED, EventType.RESTORATION_FAILED}

Why = Annotated[str, typer.Option("--reason", help="Why it is needed; it is written on what comes back.")]


def undo(named: Named, *, reason: Why = "", follow: Follow = False, stack: Stack = "goldsmith") -> None:
    """Bring back every copy of a version that was disabled, or that the Recycle Bin still has.

    With --follow, exit 1 unless all of it came back.
    """
    version = version_of(named)
    deployment = Deployment(stack, boto3.Session())
    asked = VersionRequest(family=version.family, version=version.version, by=PERSON, reason=reason)
    before = list(told(deployment, version))
    deployment.put(EventType.RESTORATION_REQUESTED, asked.model_dump(mode="json", by_alias=True))
    if not follow:
        console.print(f"asked for {named}; `goldsmith explain {named}` tells what became of it", soft_wrap=True)
        return
    said = await_word(
        lambda: [each for each in since(before, told(deployment, version)) if each[2].get("by") == PERSON],
        ENDS,
        console=console,
        what="it is back",
    )
    if said is None:
        raise silence(named)
    _, kind, detail = said
    restored = Restored.model_validate(detail)
    console.print("\n".join(outcome(restored)), soft_wrap=True, highlight=False, markup=False)
    if kind != EventType.IMAGE_RESTORED or restored.failures:
        raise typer.Exit(1)


def outcome(restored: Restored) -> Iterator[str]:
    """What came back where, and what did not and why."""
    named = f"{restored.family} {restored.version}"
    word = "not restored" if not restored.images else "restored in part" if restored.failures else "restored"
    yield f"{named} is {word}"
    for each in restored.images:
        yield f"  {each['account']} {each['region']}: {each['imageId']} ({each['architecture']})"
    for failed in restored.failures:
        image = failed.image
        yield f"  {image.account} {image.region}: {image.image_id} did not come back: {failed.error}"
    if not restored.images and not restored.failures:
        yield "  there is nothing to bring back: it was never disabled, or all of it is back already"
