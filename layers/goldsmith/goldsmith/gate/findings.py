"""Which findings keep an image from going out: those with a fix that nobody answers for."""

from datetime import UTC, datetime
from typing import Final

from goldsmith.values.verify_facts import Bar, Finding, PartFacts, Waived

SEVERITIES: Final = ("informational", "low", "medium", "high", "critical")


def is_from(finding: Finding, severity: str) -> bool:
    """Whether it is as severe, or more so.  One that nobody has judged counts as high."""
    own = "high" if finding.severity == "untriaged" else finding.severity
    return SEVERITIES.index(own) >= SEVERITIES.index(severity)


def waivers(finding: Finding, bar: Bar) -> tuple[Waived, ...]:
    return tuple(each for each in bar.waivers if (each.cve, each.package) == finding.key)


def is_waived(finding: Finding, bar: Bar, now: datetime) -> bool:
    today = now.astimezone(UTC).date()
    return any(today <= each.expires for each in waivers(finding, bar))


def standing(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    """What has a fix and is not waived: nothing else can block."""
    return tuple(each for each in part.scan.fixable if each.fixable and not is_waived(each, bar, now))


def blocking(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    return tuple(each for each in standing(part, bar, now) if is_from(each, bar.block_from))


def known_exploited(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    return tuple(each for each in standing(part, bar, now) if bar.kev and each.kev)


def likely_exploited(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    chance = bar.epss
    if chance is None:
        return ()
    return tuple(each for each in standing(part, bar, now) if each.epss is not None and each.epss >= chance)


def unknown_threats(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    """Severe ones of which the bar asks what nobody could say."""
    severe = (each for each in standing(part, bar, now) if is_from(each, "high"))
    return tuple(e for e in severe if (bar.kev and e.kev is None) or (bar.epss is not None and e.epss is None))


def worse(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    """What has a fix and came with this image: the released one has it not."""
    return tuple(each for each in part.new if not is_waived(each, bar, now))


def expired(part: PartFacts, bar: Bar, now: datetime) -> tuple[Finding, ...]:
    """What objects and would not, had its waiver not ended."""
    picks = (blocking, known_exploited, likely_exploited, unknown_threats, worse)
    objecting = {each.key: each for pick in picks for each in pick(part, bar, now)}
    return tuple(each for each in objecting.values() if waivers(each, bar))
