"""What keeps a version, whichever step on the way out is next."""

from datetime import date, datetime, timedelta

from goldsmith.lifecycle import ASIDE
from goldsmith.policy.image import is_among_newest, is_launched_lately, is_too_young
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason

Objections = tuple[tuple[bool, Reason], ...]


def stays(facts: RetireFacts, rules: RetireRules, now: datetime) -> Objections:
    """Of any copy: an objection anywhere keeps them all."""
    return (
        (bool(facts.unseen) or any(copy.unreadable for copy in facts.copies), Reason.UNSEEN),
        (bool(facts.implausible), Reason.IMPLAUSIBLE),
        (not facts.concerned or any(not copy.ours for copy in facts.copies), Reason.NOT_OURS),
        (any(copy.public for copy in facts.copies), Reason.PUBLIC),
        (bool(facts.channels), Reason.IN_CHANNEL),
        (bool(facts.used_by), Reason.IN_USE),
        (any(is_launched_lately(copy, rules.min_idle, now) for copy in facts.copies), Reason.LAUNCHED_LATELY),
        (is_among_newest(facts.newer, facts.keep) and not is_aside(facts), Reason.AMONG_NEWEST),
        (facts.last_good, Reason.LAST_GOOD),
        (any(is_kept_by(copy.hold, now) for copy in facts.copies), Reason.HELD),
        (any(is_kept_by(copy.snooze, now) for copy in facts.copies), Reason.SNOOZED),
        (is_too_young(facts.since, timedelta(days=facts.grace), now), Reason.TOO_YOUNG),
    )


def is_aside(facts: RetireFacts) -> bool:
    """Whether it was rejected or failed: none of the images that a recipe wants to keep."""
    return all(copy.stage in ASIDE or copy.was in ASIDE for copy in facts.concerned)


def is_kept_by(written: str, now: datetime) -> bool:
    """A hold or a snooze ends after the day that it begins with; one that begins with none has no end."""
    return bool(written) and (last_day(written) or date.max) >= now.date()


def last_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
