"""One audit: read all places, judge, look closer at what would go, judge again."""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from goldsmith.gather.retire.inventory import read_inventory
from goldsmith.gather.usage.closer import Closer
from goldsmith.gather.usage.reader import RegionReader, Usage
from goldsmith.gather.usage.sharing import Organization
from goldsmith.model import Verdict
from goldsmith.policy.audit import answer, last_good, may_go, newer, shrunk
from goldsmith.rules import AuditRules
from goldsmith.values.usage import AuditedImage, AuditFacts, AuditReport, Judged, Unseen, Use

AT_ONCE: Final = 8
Told = Callable[[RegionReader, str], None]


@dataclass(frozen=True)
class Families:
    """How to tell the family of an image: by a tag, and where it is missing, by a pattern of the name."""

    tag: str
    pattern: re.Pattern[str] | None = None

    def of(self, image: AuditedImage) -> str:
        """The pattern's first group, or all that it matches."""
        if family := image.tags.get(self.tag):
            return family
        match = self.pattern.search(image.name) if self.pattern else None
        return (match.group(1) if match.re.groups else match.group()) or "" if match else ""


@dataclass(frozen=True)
class Looked:
    """What was seen in one place."""

    reader: RegionReader
    images: tuple[AuditedImage, ...]
    usage: Usage


def look(reader: RegionReader, told: Told) -> Looked:
    seen = read_inventory(reader, told=lambda source: told(reader, source))
    return Looked(reader, seen.images, seen.usage)


@dataclass
class Audit:
    rules: AuditRules
    families: Families
    now: datetime
    told: Told = lambda _place, _source: None
    ancestry: bool = False

    def run(
        self, places: list[RegionReader], organization: Organization, calls: Mapping[str, int], before: dict[str, int]
    ) -> AuditReport:
        """`before` is what the last good run counted; `calls` is read at the end."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            looked = list(pool.map(lambda reader: look(reader, self.told), places))
            counts = {f"{each.reader.account} {each.reader.region} {source}": count
                      for each in looked for source, count in each.usage.counts.items()}  # fmt: skip
            small = shrunk(before, counts, self.rules)
            bench = Bench(self, looked, bool(small))
            closer = Closer(
                {(each.reader.account, each.reader.region): each.usage for each in looked}, organization, bench.uses
            )
            if self.ancestry:
                closer.trace(pool, [(each.reader, [one.image_id for one in each.images]) for each in looked])
            undecided = [(each.reader, bench.candidates(each, closer)) for each in looked]
            list(pool.map(lambda each: closer.look(each[0], each[1], self.told), undecided))
        return AuditReport(
            images=tuple(bench.judge(image, closer) for each in looked for image in each.images),
            unseen=tuple(_unseen(looked)) + tuple(closer.unseen.values()),
            api_calls=dict(sorted(calls.items())),
            counts=counts,
            implausible=small,
        )


def _unseen(looked: Iterable[Looked]) -> Iterable[Unseen]:
    for each in looked:
        for source, error in each.usage.unseen.items():
            yield Unseen(account=each.reader.account, region=each.reader.region, source=source, error=error)


class Bench:
    """All facts side by side, so that an image may be judged, and judged again when more is known."""

    def __init__(self, audit: Audit, looked: list[Looked], implausible: bool) -> None:  # noqa: FBT001 - one of three facts
        self.audit, self.implausible = audit, implausible
        self.uses: dict[str, list[Use]] = {}
        self.unseen: dict[tuple[str, str], frozenset[str]] = {}
        lines: dict[tuple[str, ...], list[AuditedImage]] = {}
        for each in looked:
            for image, uses in each.usage.uses.items():
                self.uses.setdefault(image, []).extend(uses)
            where = (each.reader.account, each.reader.region)
            self.unseen[where] = frozenset(f"{' '.join(where)} {source}" for source in each.usage.unseen)
            for image_ in each.images:
                lines.setdefault((*where, image_.architecture, audit.families.of(image_)), []).append(image_)
        self.newer = {name: count for line in lines.values() for name, count in newer(line).items()}
        self.good = {good.image_id for line in lines.values() if (good := last_good(line))}

    def facts(self, image: AuditedImage, closer: Closer) -> AuditFacts:
        return AuditFacts(
            image=image,
            family=self.audit.families.of(image),
            newer=self.newer[image.image_id],
            last_good=image.image_id in self.good,
            used_by=tuple(self.uses.get(image.image_id, ())),
            unseen=self.unseen[image.account, image.region] | closer.doubts(image.image_id),
            implausible=self.implausible,
        )

    def verdict(self, facts: AuditFacts) -> Verdict:
        return may_go(facts, self.audit.rules, self.audit.now)

    def candidates(self, looked: Looked, closer: Closer) -> list[str]:
        """The images that nothing else keeps: worth the calls that cost most."""
        return [image.image_id for image in looked.images if self.verdict(self.facts(image, closer)).allowed]

    def judge(self, image: AuditedImage, closer: Closer) -> Judged:
        facts = self.facts(image, closer)
        verdict = self.verdict(facts)
        doubts = (*sorted(facts.unseen), *([image.unreadable] if image.unreadable else []))
        return Judged(
            image_id=image.image_id,
            name=image.name,
            region=image.region,
            account=image.account,
            family=facts.family,
            architecture=image.architecture,
            created=image.created,
            verdict=answer(verdict),
            reasons=verdict.reasons,
            used_by=facts.used_by,
            unseen=doubts,
            snapshot_gib=image.snapshot_gib,
        )
