"""May this image go?  Only if every place that could use it was read completely, and none does."""

from collections.abc import Sequence
from datetime import datetime

from goldsmith.model import Verdict
from goldsmith.policy.image import is_among_newest, is_launched_lately, is_protected, is_settled, is_too_young
from goldsmith.rules import AuditRules
from goldsmith.values.usage import Answer, AuditedImage, AuditFacts
from goldsmith.vocabulary import Reason, Tag

DOUBTS = frozenset({Reason.UNSEEN, Reason.IMPLAUSIBLE})


def may_go(facts: AuditFacts, rules: AuditRules, now: datetime) -> Verdict:
    image = facts.image
    return Verdict.unless(
        (is_unseen(facts), Reason.UNSEEN),
        (facts.implausible, Reason.IMPLAUSIBLE),
        (bool(facts.used_by), Reason.IN_USE),
        (image.public, Reason.PUBLIC),
        (image.created is not None and is_too_young(image.created, rules.min_age, now), Reason.TOO_YOUNG),
        (is_launched_lately(image, rules.min_idle, now), Reason.LAUNCHED_LATELY),
        (not facts.family, Reason.NO_FAMILY),
        (is_among_newest(facts.newer, rules.keep), Reason.AMONG_NEWEST),
        (facts.last_good, Reason.LAST_GOOD),
        (is_protected(image), Reason.PROTECTED),
        (image.tag(Tag.HOLD) is not None, Reason.HELD),
        (not is_settled(image), Reason.NOT_SETTLED),
    )


def answer(verdict: Verdict) -> Answer:
    """`keep` needs one objection that is known to hold; with doubts alone nobody can tell."""
    if verdict.allowed:
        return "may_go"
    return "cannot_tell" if DOUBTS.issuperset(verdict.reasons) else "keep"


def is_unseen(facts: AuditFacts) -> bool:
    return bool(facts.unseen or facts.image.unreadable) or facts.image.created is None


def newer(line: Sequence[AuditedImage]) -> dict[str, int]:
    """For each of a line (one family, architecture, account and region) how many usable images are newer.

    Two of the same instant are not newer than each other, and nothing without a date is counted: both keep more.
    """
    counts = dict.fromkeys((image.image_id for image in line), 0)
    ahead, level, instant = 0, 0, None
    for image in sorted((each for each in line if each.created), key=_born, reverse=True):
        if image.created != instant:
            ahead, level, instant = ahead + level, 0, image.created
        counts[image.image_id] = ahead
        level += image.state == "available"
    return counts


def last_good(line: Sequence[AuditedImage]) -> AuditedImage | None:
    """The newest usable image that is known to work: released, or where nothing is released, launched; else any."""
    usable = [each for each in line if each.state == "available" and each.created is not None]
    released = [each for each in usable if each.tag(Tag.STAGE) == "released"]
    launched = [each for each in usable if each.launched is not None]
    return max(released or launched or usable, key=_born, default=None)


def _born(image: AuditedImage) -> datetime:
    if image.created is None:
        raise ValueError(f"{image.image_id} has no date")
    return image.created


def shrunk(before: dict[str, int], after: dict[str, int], rules: AuditRules) -> tuple[str, ...]:
    """The places that hold implausibly less than in the last good run; one that vanished holds nothing."""
    return tuple(
        f"{place}: {after.get(place, 0)} after {count}"
        for place, count in sorted(before.items())
        if count and (after.get(place, 0) == 0 or _is_shrunk_inventory(place, count, after[place], rules))
    )


def _is_shrunk_inventory(place: str, before: int, after: int, rules: AuditRules) -> bool:
    return place.endswith(" images") and after < before * (1 - rules.max_shrink)
