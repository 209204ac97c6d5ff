"""Where what was kept lies, and where a person reads it."""

from typing import Any
from urllib.parse import quote

from goldsmith.evidence import decision_of
from goldsmith.model import Event, FamilyRef, ImageRef, Subject
from goldsmith.run import verb_of
from goldsmith.vocabulary import Verb


def link_to(bucket: str, key: str, region: str) -> str:
    """Where a person reads an object, or a folder of them, in the console."""
    return f"https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={quote(key, safe='')}"


def subject_of(detail: dict[str, Any]) -> Subject | None:
    """What an event is about; None if it says neither image nor family."""
    if detail.get("image"):
        return ImageRef.model_validate(detail["image"])
    return FamilyRef(family=detail["family"]) if detail.get("family") else None


def decision_key(event: Event) -> str | None:
    """Of its decision in the evidence: one of a run is kept under its name, one that no run made under its event's.

    A sweep decides on many things of a family: those are kept under their own names below the run's.
    """
    subject = subject_of(event.detail)
    if subject is None or "decision" not in event.detail:
        return None
    run = event.detail.get("run")
    verb = verb_of(run) if run else event.detail["decision"]["facts"]["verb"]
    name = f"{run}/{_thing(event.detail)}" if verb == Verb.RETIRE else run or event.id
    return decision_of(verb, subject.place, name)


def _thing(detail: dict[str, Any]) -> str:
    """What a sweep decided on: a snapshot, a launch template or a version."""
    return str(detail.get("snapshot") or detail.get("template") or detail["version"])
