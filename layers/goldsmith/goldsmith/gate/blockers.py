"""What objects to an image, picked out of its facts.  `policy/verify.py` judges by these; people read `objections`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from goldsmith.gate.findings import (
    blocking,
    expired,
    known_exploited,
    likely_exploited,
    unknown_threats,
    waivers,
    worse,
)
from goldsmith.model import Model
from goldsmith.rules import VerifyRules
from goldsmith.values.verify_facts import Bar, Finding, PartFacts, VerifyFacts
from goldsmith.vocabulary import Reason

NUMBERS: Final = {  # of `Measures`: how people call it, and its unit
    "seconds_to_ssm_online": ("launch to SSM online", "s"),
    "boot_seconds": ("boot", "s"),
    "memory_mib": ("memory", "MiB"),
    "disk_gib": ("disk", "GiB"),
    "image_gib": ("image", "GiB"),
}
HOSTS, MOST_LINES, LONGEST_LINE = 2, 50, 300


class Excess(Model):
    """A number that is too high, or of which nothing is known."""

    measure: str
    value: float | None
    than: float


def unseen(facts: VerifyFacts) -> tuple[str, ...]:
    """What is not known of the version, its architectures apart."""
    known = Counter(part.architecture for part in facts.parts)
    return (
        *facts.unseen,
        *(() if facts.expected else ("which architectures there are",)),
        *(f"there are {known[each]} images of {each}, not 1" for each in sorted({*facts.expected}) if known[each] != 1),
    )


def unseen_of(part: PartFacts) -> tuple[str, ...]:
    return *part.unseen, *part.twins.unseen


def not_scanned(part: PartFacts) -> tuple[str, ...]:
    scan = part.scan
    if scan.status == "SUCCESSFUL":
        return ()
    return (scan.why or (f"Inspector says {scan.status}" if scan.status else "Inspector said nothing"),)


def findings_lost(part: PartFacts) -> tuple[str, ...]:
    """Of a scan that succeeded: one that failed has nothing to lose."""
    scan = part.scan
    if scan.status != "SUCCESSFUL":
        return ()
    total = "nobody knows how many" if scan.total is None else scan.total
    lost = scan.total is None or scan.seen < scan.total
    return (
        *((f"{scan.seen} findings are known of {total}",) if lost else ()),
        *((f"{scan.omitted} more with a fix were too many to be judged",) if scan.omitted else ()),
    )


def not_tested(part: PartFacts) -> tuple[str, ...]:
    hosts = part.twins.hosts
    count = len({host.name for host in hosts})
    missing = ((host.name, sorted({*part.tests} - {check.name for check in host.checks})) for host in hosts)
    return (
        *((f"{count} of {HOSTS} hosts",) if count < HOSTS else ()),
        *(() if part.tests else ("which tests there are is not known",)),
        *(f"host {host.name}: {host.failure.error}: {host.failure.cause}" for host in hosts if host.failure),
        *(f"host {name}: no answer of {', '.join(tests)}" for name, tests in missing if tests),
    )


def failed_tests(part: PartFacts) -> tuple[str, ...]:
    """One that failed once and was sound when it was run again is sound."""
    checks = ((host.name, check) for host in part.twins.hosts for check in host.checks if not check.sound)
    return tuple(f"{check.name} on host {host}: {'; '.join(check.remarks) or 'not sound'}" for host, check in checks)


def over_budget(part: PartFacts, bar: Bar) -> tuple[Excess, ...]:
    """What exceeds its limit.  Where there is a limit and no number, silence is an objection."""
    numbers = ((each, getattr(part.measures, each), getattr(bar.budgets, each)) for each in NUMBERS)
    return tuple(
        Excess(measure=measure, value=value, than=limit)
        for measure, value, limit in numbers
        if limit is not None and (value is None or value > limit)
    )


def over_released(part: PartFacts, rules: VerifyRules) -> tuple[Excess, ...]:
    """What grew too much, both as a share and beyond what is noise."""
    if part.released is None:
        return ()
    old, new, slack = part.released.measures, part.measures, rules.slack
    numbers = ((each, getattr(new, each), getattr(old, each), getattr(slack, each) or 0) for each in NUMBERS)
    return tuple(
        Excess(measure=measure, value=value, than=before)
        for measure, value, before, noise in numbers
        if value is not None and before is not None and value - before > max(before * rules.max_growth, noise)
    )


def number(measure: str, value: float | None) -> str:
    """E.g. `boot 61.5 s`."""
    name, unit = NUMBERS[measure]
    return f"{name} not measured" if value is None else f"{name} {amount(value, unit)}"


def amount(value: float, unit: str) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + f" {unit}"


def objections(facts: VerifyFacts, rules: VerifyRules, now: datetime) -> tuple[str, ...]:
    """A line for each thing that objects.  Of too many the last of each reason go first, so that no reason is lost."""
    lines = [(Reason.UNSEEN, f"{Reason.UNSEEN}: {_line(each)}") for each in unseen(facts)]
    for part in facts.parts:
        told = ((reason, each) for reason, texts in _texts(part, facts.bar, rules, now).items() for each in texts)
        lines += [(reason, f"{part.architecture}: {reason}: {_line(each)}") for reason, each in told]
    told_of: Counter[Reason] = Counter()
    ranks = []
    for index, (reason, _) in enumerate(lines):
        ranks.append((told_of[reason], index))
        told_of[reason] += 1
    kept = tuple(lines[index][1] for index in sorted(index for _, index in sorted(ranks)[:MOST_LINES]))
    return (*kept, f"and {len(lines) - len(kept)} more") if len(kept) < len(lines) else kept


def _line(text: str) -> str:
    """What AWS and hosts say may have many lines and no end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _texts(part: PartFacts, bar: Bar, rules: VerifyRules, now: datetime) -> dict[Reason, Iterable[str]]:
    """Of each reason what objects in one architecture: the same picks that the policy judges by."""
    released = part.released.version if part.released else "the released image"
    return {
        Reason.UNSEEN: unseen_of(part),
        Reason.NOT_SCANNED: not_scanned(part),
        Reason.FINDINGS_LOST: findings_lost(part),
        Reason.NOT_TESTED: not_tested(part),
        Reason.TEST_FAILED: failed_tests(part),
        Reason.TWINS_ALIKE: (f"the same on both hosts: {each}" for each in part.twins.alike),
        Reason.TWINS_DIFFER: (f"not the same on both hosts: {each}" for each in part.twins.differing),
        Reason.FIXABLE_FINDING: map(_fix, blocking(part, bar, now)),
        Reason.KNOWN_EXPLOITED: map(_fix, known_exploited(part, bar, now)),
        Reason.LIKELY_EXPLOITED: (
            f"{_fix(each)}, chance {each.epss}, blocks from {bar.epss}" for each in likely_exploited(part, bar, now)
        ),
        Reason.THREAT_UNKNOWN: (f"{_fix(each)}, {_unknown(each, bar)}" for each in unknown_threats(part, bar, now)),
        Reason.WAIVER_EXPIRED: (f"{each.word}, waived until {_until(each, bar)}" for each in expired(part, bar, now)),
        Reason.OVER_BUDGET: (f"{_excess(each)}, at most {_than(each)}" for each in over_budget(part, bar)),
        Reason.OVER_RELEASED: (f"{_excess(each)}, {_than(each)} in {released}" for each in over_released(part, rules)),
        Reason.WORSE_THAN_RELEASED: (f"{_fix(each)}, not in {released}" for each in worse(part, bar, now)),
    }


def _fix(finding: Finding) -> str:
    return f"{finding.word}, fixed in {finding.fixed_in}" if finding.fixed_in else finding.word


def _unknown(finding: Finding, bar: Bar) -> str:
    exploited, chance = bar.kev and finding.kev is None, bar.epss is not None and finding.epss is None
    asked = (*(("whether CISA knows it",) if exploited else ()), *(("its EPSS",) if chance else ()))
    return f"{' and '.join(asked)} cannot be told"


def _until(finding: Finding, bar: Bar) -> str:
    return str(max(each.expires for each in waivers(finding, bar)))


def _excess(excess: Excess) -> str:
    return number(excess.measure, excess.value)


def _than(excess: Excess) -> str:
    return amount(excess.than, NUMBERS[excess.measure][1])
