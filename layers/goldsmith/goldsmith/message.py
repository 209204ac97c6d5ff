"""An event as a message that a person can read: what happened to which image, why, what comes next, and a link."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from goldsmith.card import Card, text
from goldsmith.links import link_to
from goldsmith.model import Event, Model
from goldsmith.vocabulary import EventType

LONGEST_SUBJECT: Final = 100  # characters that SNS takes, of ASCII
LONGEST: Final = 60_000  # characters: SNS takes 256 KiB, and nobody reads more
MOST_LINES: Final = 50  # of one list
Detail = Mapping[str, Any]

HAPPENED: Final = {  # what it means, and what comes next; {named} is FAMILY@VERSION
    EventType.RECIPE_ACCEPTED: ("its recipe is accepted", "Built on its schedule, or: goldsmith build {family}"),
    EventType.RECIPE_REFUSED: ("its recipe is refused", "What was accepted before stays. Mend it, and apply it again."),
    EventType.BUILD_REQUESTED: ("a build was asked for", "Whether it is built is being decided."),
    EventType.BUILD_ADMITTED: ("a build begins", "See it live: goldsmith build {family} --follow"),
    EventType.BUILD_REFUSED: ("it is not built", "To build it anyway: goldsmith build {family} --again"),
    EventType.IMAGE_BUILT: ("it is built", "It is being scanned and tested."),
    EventType.BUILD_FAILED: ("the build failed", "No machine is left. Mend the cause, then: goldsmith build {family}"),
    EventType.ADOPTION_REQUESTED: ("an AMI of another builder was noticed", "Whether it is taken in is being decided."),
    EventType.IMAGE_ADOPTED: ("an AMI of another builder was taken in", "It is being scanned and tested."),
    EventType.IMAGE_REFUSED: ("an AMI of another builder is not taken in", "It stays as it is."),
    EventType.VERIFICATION_REQUESTED: ("it is to be verified again", "How it ends: goldsmith explain {named}"),
    EventType.IMAGE_VERIFIED: ("it is verified", "It is being copied to every region of its recipe."),
    EventType.IMAGE_REJECTED: (
        "it is rejected",
        "Mend the recipe and build again, or write a waiver, goldsmith apply, then: goldsmith verify {named}",
    ),
    EventType.DISTRIBUTION_REQUESTED: ("it is to go to every region", "What is there already is taken as it is."),
    EventType.IMAGE_DISTRIBUTED: ("it is in its regions", "Its first channel will point to it."),
    EventType.DISTRIBUTION_FAILED: (
        "it did not reach every region",
        "What arrived stays. Mend the cause, then: goldsmith distribute {named}",
    ),
    EventType.IMAGE_PROMOTED: ("it is released", "Who follows the channel launches it from now on."),
    EventType.PROMOTION_REFUSED: ("it is not released", "The channel stays as it is."),
    EventType.PROMOTION_FAILED: ("it is released in part", "Mend the cause, then: goldsmith distribute {named}"),
    EventType.RUN_ENDED: ("a run ended early", "Nothing of it is left. Send the event that asked for it again."),
}  # fmt: skip


class Message(Model):
    subject: str
    text: str


def message_of(event: Event, *, bucket: str, region: str) -> Message:
    """Never raises: an event or a detail that nobody thought of is told with the fields that it has."""
    detail = event.detail
    known = event.detail_type in set(EventType)
    happened, after = HAPPENED[EventType(event.detail_type)] if known else (event.detail_type, "")
    headline = f"{_about(detail)}: {happened}"
    family, version = _word(detail.get("family")), _word(detail.get("version"))
    lines = [headline, ""]
    for tell in (_card, _reasons, _problems, _failures, _absent, _images, _run):
        lines += _quietly(tell, detail)
    lines += [] if len(lines) > 2 or known else [json.dumps(detail, default=str)]  # noqa: PLR2004 - nothing was told
    if after:
        lines += ["", after.format(family=family, named=f"{family}@{version}")]
    if key := _key(detail):
        lines += ["", f"All of it: {link_to(bucket, key, region)}"]
    return Message(subject=_subject(headline), text=_cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"))


def _about(detail: Detail) -> str:
    """Which image, as far as the event says."""
    image = detail.get("image")
    named = [_word(detail.get(name)) for name in ("family", "version", "channel")]
    named += [_word(image.get("imageId"))] if isinstance(image, dict) else []
    return " ".join(filter(None, named)) or _word(detail.get("run")) or "Goldsmith"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _quietly(tell: Callable[[Detail], Iterator[str]], detail: Detail) -> list[str]:
    """The lines of one part, or none if the detail is of another shape."""
    try:
        return [*tell(detail)]
    except (AttributeError, KeyError, TypeError, ValidationError, ValueError):
        return []


def _card(detail: Detail) -> Iterator[str]:
    """What the gate says: with the objections and the change card of each architecture."""
    if "cards" in detail:
        cards = [Card.model_validate(each) for each in detail["cards"]]
        allowed = detail["decision"]["verdict"]["allowed"]
        yield text(detail["family"], detail["version"], cards, tuple(detail["objections"]), allowed)
        if detail.get("keptUntil"):
            yield f"It is kept for study until {detail['keptUntil']}."


def _reasons(detail: Detail) -> Iterator[str]:
    if "cards" in detail:
        return
    verdict = detail.get("decision", {}).get("verdict", {})
    for reason in detail.get("reasons") or verdict.get("reasons") or ():
        yield f"Why: {str(reason).replace('_', ' ')}"
    yield from (f"  {each}" for each in detail.get("objections", ()))


def _problems(detail: Detail) -> Iterator[str]:
    yield from (f"  {each}" for each in detail.get("problems", [])[:MOST_LINES])


def _failures(detail: Detail) -> Iterator[str]:
    for each in detail.get("failures", [])[:MOST_LINES]:
        where = " ".join(filter(None, (each.get("region"), each.get("architecture"))))
        yield f"Why{f' ({where})' if where else ''}: {each['cause'] or each['error']}"
        yield from (f"  | {line}" for line in each.get("lastLines", ()))
        if each.get("link"):
            yield f"  all that it printed: {each['link']}"


def _absent(detail: Detail) -> Iterator[str]:
    for each in detail.get("missing", [])[:MOST_LINES]:
        yield f"Not in {each['region']} ({each['architecture']}): {each['cause'] or each['error']}"


def _images(detail: Detail) -> Iterator[str]:
    for each in detail.get("images", [])[:MOST_LINES]:
        if isinstance(each, dict):
            yield f"{each['region']}: {each['imageId']} ({each['architecture']})"
        else:
            yield f"marked as failed: {each}"


def _run(detail: Detail) -> Iterator[str]:
    if "status" in detail:
        yield f"{detail['run']} is {detail['status']}: {detail.get('error', '')} {detail.get('cause', '')}".rstrip(": ")
        yield from (f"ended what it had left: {each}" for each in detail.get("instances", ()))


def _key(detail: Detail) -> str:
    """Of the evidence: what was gathered, or the decision."""
    run, family = _word(detail.get("run")), _word(detail.get("family"))
    if _word(detail.get("evidence")):
        return f"{detail['evidence']}/"
    return (
        f"decisions/{run.partition('-')[0]}/family/{family}/{run}.json"
        if run and family and "decision" in detail
        else ""
    )


def _subject(headline: str) -> str:
    """On one line, in ASCII: SNS takes nothing else."""
    plain = " ".join(headline.split()).encode("ascii", "replace").decode()
    printable = "".join(each if each.isprintable() else "?" for each in plain)
    return printable[:LONGEST_SUBJECT] or "Goldsmith"


def _cut(said: str) -> str:
    more = len(said) - LONGEST
    return said if more <= 0 else f"{said[:LONGEST]}\n… and {more} characters more: see the evidence.\n"
