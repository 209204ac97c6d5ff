"""An event as a message that a person can read: what happened to which image, why, what comes next, and a link."""

import re
from collections.abc import Mapping
from typing import Any, Final

from goldsmith.message.parts import parts_of, reasons_of, rest_of
from goldsmith.message.texts import AGAIN, BUILD_ANYWAY, CAUGHT_UP, HAPPENED, LEFT_BEHIND, LIFTED, STILL_THERE
from goldsmith.model import Event, Model
from goldsmith.run import verb_of
from goldsmith.values.links import decision_key, link_to
from goldsmith.vocabulary import EventType

LONGEST_SUBJECT: Final = 100  # characters that SNS takes, of ASCII
LONGEST: Final = 60_000  # characters: SNS takes 256 KiB, and nobody reads more
LONGEST_END: Final = 4_000  # characters of these for what comes next and the link, which are never cut
LONGEST_WORD: Final = 300  # characters of a name
COLOURS: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # what hosts print for a terminal
UNPRINTABLE: Final = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Detail = Mapping[str, Any]


class Message(Model):
    subject: str
    text: str


def message_of(event: Event, *, bucket: str, region: str) -> Message:
    """Never raises: an event or a detail that nobody thought of is told with the fields that it has."""
    detail = event.detail
    headline = f"{_about(detail)}: {_happened(event)}"
    body = "\n".join([headline, "", *(parts_of(detail) if _known(event) else rest_of(detail))])
    end = "\n".join([_after(event), "", *_link(event, bucket, region)])
    told = f"{_cut(_plain(body).strip())}\n\n{_plain(end).strip()[:LONGEST_END]}".strip()
    return Message(subject=_subject(headline), text=re.sub(r"\n{3,}", "\n\n", told) + "\n")


def _known(event: Event) -> bool:
    return event.detail_type in set(EventType)


def _about(detail: Detail) -> str:
    """Which image, as far as the event says."""
    named = [_word(detail.get(name)) for name in ("family", "version", "channel")]
    return " ".join(filter(None, [*named, _image(detail)])) or _word(detail.get("run")) or "Goldsmith"


def _image(detail: Detail) -> str:
    image = detail.get("image")
    return _word(image.get("imageId")) if isinstance(image, dict) else ""


def _word(value: Any) -> str:
    return value[:LONGEST_WORD] if isinstance(value, str) else ""


def _happened(event: Event) -> str:
    if not _known(event):
        return event.detail_type
    ended = event.detail_type == EventType.RUN_ENDED and event.detail.get("status") == "SUCCEEDED"
    return LEFT_BEHIND if ended else HAPPENED[EventType(event.detail_type)][0]


def _after(event: Event) -> str:
    """What comes next, and what a person can do: nothing that would not help."""
    if not _known(event):
        return ""
    kind, detail = EventType(event.detail_type), event.detail
    said = [HAPPENED[kind][1]]
    if kind is EventType.BUILD_REFUSED and LIFTED.issuperset(reasons := reasons_of(detail)) and reasons:
        said = [BUILD_ANYWAY]
    if kind is EventType.IMAGE_DISTRIBUTED and detail.get("missing"):
        said += [CAUGHT_UP]
    if kind is EventType.RUN_ENDED and detail.get("undeleted"):
        said = [STILL_THERE]
    if kind is EventType.RUN_ENDED and detail.get("status") != "SUCCEEDED":
        said += [f"To run it again: {again}"] if (again := _again(detail)) else []
    family, version = _word(detail.get("family")), _word(detail.get("version"))
    return " ".join(said).format(family=family, named=f"{family}@{version}", image=_image(detail))


def _again(detail: Detail) -> str:
    """What asks for a run again; "" if the event does not say what the run was about."""
    about = any(detail.get(each) for each in ("family", "image", "batch"))
    try:
        return AGAIN[verb_of(_word(detail.get("run")))] if about else ""
    except ValueError:  # no run of ours
        return ""


def _link(event: Event, bucket: str, region: str) -> list[str]:
    """To what was gathered, or to the decision."""
    folder = _word(event.detail.get("evidence"))
    try:
        key = f"{folder}/" if folder else decision_key(event)
        return [f"All of it: {link_to(bucket, key, region)}"] if key else []
    except (AttributeError, KeyError, TypeError, ValueError):  # of another shape
        return []


def _subject(headline: str) -> str:
    """On one line, in ASCII: SNS takes nothing else."""
    plain = " ".join(_plain(headline).split()).encode("ascii", "replace").decode()
    return plain[:LONGEST_SUBJECT] or "Goldsmith"


def _plain(said: str) -> str:
    """Without what neither SNS nor a mailbox takes."""
    return UNPRINTABLE.sub("?", COLOURS.sub("", said))


def _cut(said: str) -> str:
    longest = LONGEST - LONGEST_END
    more = len(said) - longest
    return said if more <= 0 else f"{said[:longest]}\n… and {more} characters more, which were cut."
