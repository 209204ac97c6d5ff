"""The change card: what an image brings, against the one that is in use, for people to read."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from goldsmith.gate.blockers import NUMBERS, amount, number
from goldsmith.gate.findings import SEVERITIES, is_waived
from goldsmith.values.change_card import Card, PackageChange
from goldsmith.values.host_answers import Change
from goldsmith.values.verify_facts import Bar, PartFacts

MOST_PACKAGES, MOST_FINDINGS, WIDTH = 60, 40, 100
ORDER: Final = (*reversed(SEVERITIES), "untriaged")
INDENT: Final = "  "


def card_of(part: PartFacts, bar: Bar, changes: tuple[Change, ...], lineage: tuple[str, ...], now: datetime) -> Card:
    known = {each.key: each for each in (*part.scan.fixable, *part.new)}
    findings = {
        "new": tuple(each.word for each in part.new),
        "fixed": part.fixed,
        "waived": tuple(each.word for each in known.values() if is_waived(each, bar, now)),
    }
    return Card(
        architecture=part.architecture,
        image_id=part.image.image_id,
        name=part.name,
        against=part.released.version if part.released else "",
        packages=tuple(PackageChange(**each._asdict()) for each in changes[:MOST_PACKAGES]),
        more_packages=max(0, len(changes) - MOST_PACKAGES),
        **{name: words[:MOST_FINDINGS] for name, words in findings.items()},
        more={name: len(words) - MOST_FINDINGS for name, words in findings.items() if len(words) > MOST_FINDINGS},
        scanned=part.scan.status == "SUCCESSFUL",
        counts=part.scan.counts,
        fixable=len(part.scan.fixable) + part.scan.omitted,
        measures=part.measures,
        before=part.released.measures if part.released else None,
        flaky=tuple(sorted({each.name for host in part.twins.hosts for each in host.checks if each.flaky})),
        lineage=lineage,
    )


def summary(card: Card) -> str:
    """How many are new, fixed and waived; where nothing was scanned or released, nothing is compared."""
    if not card.scanned:
        return "not scanned"
    waived = f"{_count(card, 'waived')} waived"
    if not card.against:
        return f"nothing released to compare with, {waived}"
    return f"+{_count(card, 'new')} new, \N{MINUS SIGN}{_count(card, 'fixed')} fixed, {waived}"


def _count(card: Card, name: str) -> int:
    return len(getattr(card, name)) + card.more.get(name, 0)


def text(
    family: str,
    version: str,
    cards: Iterable[Card],
    objections: tuple[str, ...],
    verdict_allowed: bool,  # noqa: FBT001
) -> str:
    """All of a version, as a mail or a terminal shows it: at most 100 columns wide."""
    became = (
        "passed: it is verified and can be released" if verdict_allowed else "failed: it is rejected and stays here"
    )
    lines = [f"{family} {version} {became}."]
    if objections:
        lines += ["", "What objects:", *_listed(objections)]
    for card in cards:
        lines += ["", *_wrapped(f"{card.architecture}: {summary(card)}"), *_sections(card)]
    return "\n".join(lines) + "\n"


def _sections(card: Card) -> Iterator[str]:
    yield from _wrapped(f"Image: {card.image_id}, {card.name}", INDENT)
    yield from _wrapped(f"Against: {card.against or 'nothing, none is released'}", INDENT)
    yield from _wrapped(f"Findings: {_findings(card)}", INDENT)
    for name in ("new", "fixed", "waived"):
        yield from _section(name.capitalize(), getattr(card, name), card.more.get(name, 0))
    yield from _section("Packages", _packages(card), card.more_packages)
    yield from _section("Numbers", _numbers(card))
    if card.flaky:
        yield from _wrapped(f"Flaky, sound when run again: {', '.join(card.flaky)}", INDENT)
    if card.lineage:
        yield from _wrapped(f"Comes from: {', '.join(card.lineage)}", INDENT)


def _findings(card: Card) -> str:
    if not card.scanned:
        return "not known"
    told = [f"{card.counts[each]} {each}" for each in ORDER if card.counts.get(each)]
    return f"{', '.join(told)}; {card.fixable} with a fix" if told else "none"


def _packages(card: Card) -> tuple[str, ...]:
    """Updated ones, then those added, then those removed."""
    return tuple(each.word for each in sorted(card.packages, key=lambda e: 2 * (e.after is None) or e.before is None))


def _numbers(card: Card) -> Iterator[str]:
    for measure, (_, unit) in NUMBERS.items():
        new, old = getattr(card.measures, measure), getattr(card.before, measure, None)
        if new is not None or old is not None:
            yield number(measure, new) + (f", was {amount(old, unit)}" if old is not None else "")


def _section(title: str, lines: Iterable[str], more: int = 0) -> Iterator[str]:
    told = [*lines, *((f"and {more} more",) if more else ())]
    if told:
        yield f"{INDENT}{title}:"
        yield from _listed(told, INDENT)


def _listed(lines: Iterable[str], indent: str = "") -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line, indent + INDENT)


def _wrapped(line: str, indent: str = "") -> list[str]:
    return textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent + INDENT, break_on_hyphens=False)
