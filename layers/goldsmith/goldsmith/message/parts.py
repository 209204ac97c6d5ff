"""What a message tells, part by part: each takes the detail of an event and yields lines."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from goldsmith.gate.change_card import text
from goldsmith.message.texts import MEANS
from goldsmith.values.change_card import Card
from goldsmith.vocabulary import Reason

MOST_LINES: Final = 50  # of one list
Detail = Mapping[str, Any]
Tell = Callable[[Detail], Iterator[str]]


def parts_of(detail: Detail) -> Iterator[str]:
    """All lines.  What is of another shape than anybody thought of is told as it is."""
    for tell, names in PARTS.items():
        try:
            yield from tell(detail)
        except (AttributeError, KeyError, TypeError, ValidationError, ValueError):
            yield from rest_of({name: detail[name] for name in names if name in detail})


def rest_of(detail: Detail) -> Iterator[str]:
    yield from (f"{name}: {json.dumps(value, default=str)}" for name, value in detail.items())


def reasons_of(detail: Detail) -> list[str]:
    """Of its own, else of the verdict; none if there is neither."""
    decision = detail.get("decision")
    verdict = decision.get("verdict") if isinstance(decision, dict) else None
    said = detail.get("reasons") or (verdict.get("reasons") if isinstance(verdict, dict) else None)
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _card(detail: Detail) -> Iterator[str]:
    """What the gate says: with the objections and the change card of each architecture."""
    if "cards" in detail:
        cards = [Card.model_validate(each) for each in detail["cards"]]
        allowed = detail["decision"]["verdict"]["allowed"]
        yield text(detail["family"], detail["version"], cards, tuple(detail["objections"]), allowed)
        if detail.get("keptUntil"):
            yield f"It is kept for study until {detail['keptUntil']}."


def _request(detail: Detail) -> Iterator[str]:
    asked = detail.get("requested", detail)
    if asked.get("by"):
        yield f"Asked for by: {asked['by']}{f', {reason}' if (reason := asked.get('reason')) else ''}"


def _commit(detail: Detail) -> Iterator[str]:
    if detail.get("commit"):
        yield f"Commit: {detail['commit']}"


def _reasons(detail: Detail) -> Iterator[str]:
    if "cards" not in detail:
        for each in reasons_of(detail):
            means = MEANS.get(Reason(each)) if each in set(Reason) else None
            yield f"Why: {means} ({each})" if means else f"Why: {each}"
        yield from _bullets(detail.get("objections", []))
    yield from (f"  frozen until {each['ends']}: {each['reason']}" for each in _freezes(detail))


def _freezes(detail: Detail) -> list[Any]:
    if Reason.FROZEN not in reasons_of(detail):
        return []
    day, freezes = detail["decision"]["decidedAt"][:10], detail["decision"]["facts"]["freezes"]
    return [each for each in freezes if each["starts"] <= day <= each["ends"]]


def _problems(detail: Detail) -> Iterator[str]:
    yield from _bullets(detail.get("problems", []))


def _failures(detail: Detail) -> Iterator[str]:
    for each in detail.get("failures", [])[:MOST_LINES]:
        where = " ".join(filter(None, (each.get("region"), each.get("architecture"))))
        yield f"Why{f' ({where})' if where else ''}: {each.get('cause') or each['error']}"
        yield from (f"  | {line}" for line in each.get("lastLines", ()))
        if each.get("link"):
            yield f"  all that it printed: {each['link']}"


def _missing(detail: Detail) -> Iterator[str]:
    for each in detail.get("missing", [])[:MOST_LINES]:
        yield f"Not in {each['region']} ({each['architecture']}): {each.get('cause') or each['error']}"


def _template(detail: Detail) -> Iterator[str]:
    if "template" in detail:
        deleted = ", ".join(str(each) for each in detail["deleted"][:MOST_LINES])
        more = len(detail["deleted"]) - MOST_LINES
        rest = f" and {more} more" if more > 0 else ""
        what = f"{detail['region']}: {detail['name']} ({detail['template']})"
        yield f"{what}, versions deleted: {deleted or 'none'}{rest}"


def _images(detail: Detail) -> Iterator[str]:
    for each in detail.get("images", [])[:MOST_LINES]:
        if isinstance(each, dict):
            yield f"{each['region']}: {each['imageId']} ({each['architecture']})"
        else:
            yield f"marked as failed: {each}"


def _run(detail: Detail) -> Iterator[str]:
    if "status" in detail:
        why = " ".join(filter(None, (detail.get("error"), detail.get("cause"))))
        yield f"{detail['run']} is {detail['status']}{f': {why}' if why else ''}"
        yield from (f"ended what it had left: {each}" for each in detail.get("instances", ()))
        yield from (f"deleted the volume that it had left: {each}" for each in detail.get("volumes", ()))
        for each in detail.get("undeleted", ())[:MOST_LINES]:
            yield f"could not delete the volume that it had left: {each['volumeId']} ({each['region']}): {each['why']}"


def _dates(detail: Detail) -> Iterator[str]:
    if detail.get("on"):
        yield f"It will be deprecated on {detail['on']}, if nobody objects until then."
    if detail.get("hold"):
        yield f"Held: {detail['hold']}"


def _left(detail: Detail) -> Iterator[str]:
    yield from (f"Could not be deleted yet: {each}" for each in detail.get("left", []))


def _sweep(detail: Detail) -> Iterator[str]:
    """What a sweep came to: how many versions to what, and where it could not look."""
    yield from (f"{came_to}: {count}" for came_to, count in sorted(detail.get("tally", {}).items()))
    for word in ("unseen", "implausible"):
        told = detail.get(word) or []
        yield from (f"{WHY_KEPT[word]}: {each}" for each in told[:MOST_LINES])
        if len(told) > MOST_LINES:
            yield f"and {len(told) - MOST_LINES} more"


WHY_KEPT: Final = {
    "unseen": "Could not be read, so that all that may be used from there is kept",
    "implausible": "So much less than the last time that nothing goes",
}


def _bullets(lines: list[Any]) -> Iterator[str]:
    yield from (f"  {each}" for each in lines[:MOST_LINES])


PARTS: Final[dict[Tell, tuple[str, ...]]] = {  # with the fields that each tells
    _request: ("by", "reason", "requested"),
    _commit: ("commit",),
    _card: ("cards", "objections", "keptUntil"),
    _reasons: ("reasons", "objections"),
    _problems: ("problems",),
    _failures: ("failures",),
    _missing: ("missing",),
    _template: ("template", "name", "account", "region", "deleted"),
    _images: ("images",),
    _dates: ("on", "hold"),
    _left: ("left",),
    _sweep: ("tally", "unseen", "implausible"),
    _run: ("run", "status", "error", "cause", "instances", "volumes", "undeleted"),
}
