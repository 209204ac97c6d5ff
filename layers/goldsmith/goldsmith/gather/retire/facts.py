"""Put together what a sweep has read: the facts of each version that is due, for all of its copies."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import BASELINE, Evidence, birth_of, sight_of, tombstone_of
from goldsmith.gather.retire.baseline import after, losses
from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.gather.retire.orphans import orphans
from goldsmith.gather.retire.template_facts import Pruning, named
from goldsmith.gather.retire.timetable import following, is_at_work, since, stage_of
from goldsmith.model import ImageRef
from goldsmith.policy.retire import over_cap
from goldsmith.rules import RetireRules
from goldsmith.values.estate import POINTERS, Key, RegionInventory, versions
from goldsmith.values.restore import Tombstone
from goldsmith.values.retire import LASTING, MOST_USES, Batch, Copy, OrphanFacts, PruneFacts, RetireFacts
from goldsmith.values.sweep import Baseline, Due, DueList, InventoryRead, Sweep
from goldsmith.values.usage import Use

MOST_BYTES: Final = 60_000  # of one list: a decision repeats it, and a state carries 256 KiB
MOST_VERSIONS: Final = 50  # of one list: what one call does in its time, at EC2's pace
Fact = RetireFacts | OrphanFacts | PruneFacts


@dataclass(frozen=True)
class SweepFacts:
    """The facts of a sweep in lists that a state can carry.

    `unseen` names what could not be read, `implausible` what shrank too much.  `baseline` is what later sweeps are
    compared with; None where it must stay as it was.
    """

    batches: tuple[Batch, ...]
    unseen: tuple[str, ...]
    implausible: tuple[str, ...]
    baseline: Baseline | None


@dataclass(frozen=True)
class RetireFactsReader:
    """Puts the facts together.

    `sweeps` holds what this sweep read and the baseline, `evidence` births and tombstones.  `told(team)` says whether
    anybody hears what is said to a team.
    """

    lines: Families
    sweeps: Evidence
    evidence: Evidence
    told: Callable[[str], bool]
    rules: RetireRules
    now: datetime

    def read(self, asked: Sweep) -> SweepFacts:
        seen = [self._open(asked.run, each) for each in asked.places]
        before = self.sweeps.get(BASELINE, Baseline) or Baseline()
        small = losses(before, seen)
        table = Table(self, seen, small)
        due = self.sweeps.get(asked.batch, DueList)
        if due is None:
            raise NeedsAPerson(
                f"{self.sweeps.bucket} has no {asked.batch}: let the schedule of `find_due_versions` fire again"
            )
        facts = [table.facts(each) for each in due.versions if table.knows(each)]
        over = over_cap(facts, self.rules, self.now)
        capped = [f.model_copy(update={"over_cap": (f.family, f.version) in over}) for f in facts]
        left = [self._known(orphan) for each in seen for orphan in orphans(each, small)][: self.rules.max_sweep]
        return SweepFacts(
            batches=tuple(Batch(batch=tuple(each)) for each in _cut([*capped, *left, *table.prunable])),
            unseen=tuple(doubt for each in seen for doubt in each.doubts),
            implausible=small,
            baseline=None if small else after(before, seen),
        )

    def _known(self, orphan: OrphanFacts) -> OrphanFacts:
        """Whether it is one of ours: whoever copies a snapshot copies its tags."""
        image = ImageRef(image_id=orphan.image_id, account=orphan.account, region=orphan.region)
        stone = self.evidence.get(tombstone_of(orphan.family, orphan.version, image), Tombstone)
        ours = stone is not None and orphan.snapshot_id in stone.copy_.snapshots
        return orphan.model_copy(update={"ours": ours})

    def _open(self, run: str, looked: InventoryRead) -> RegionInventory:
        account_region = looked.account_region
        if looked.failure:
            return RegionInventory(
                account_region=account_region, unseen={"images": f"{looked.failure.error}: {looked.failure.cause}"}
            )
        found = self.sweeps.get(sight_of(run, account_region.account, account_region.region), RegionInventory)
        return found or RegionInventory(account_region=account_region, unseen={"images": "its inventory is gone"})


def _cut(facts: list[Fact]) -> Iterator[list[Fact]]:
    chunk: list[Fact] = []
    size = 0
    for each in facts:
        length = len(each.model_dump_json(by_alias=True))
        if chunk and (size + length > MOST_BYTES or len(chunk) == MOST_VERSIONS):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += length
    if chunk:
        yield chunk


@dataclass(frozen=True)
class Table:
    """All facts side by side."""

    of: RetireFactsReader
    seen: list[RegionInventory]
    implausible: tuple[str, ...]

    @cached_property
    def versions(self) -> dict[Key, tuple[Copy, ...]]:
        return versions(self.seen)

    @cached_property
    def uses(self) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for each in self.seen:
            for image, uses in each.uses.items():
                found.setdefault(image, []).extend(uses)
        return found

    @property
    def prunable(self) -> Iterator[PruneFacts]:
        tagged = {template.family for each in self.seen for template in each.templates}
        families = {family for family, _, _ in self.versions} | (tagged - {""})
        pruning = Pruning(named(self.of.lines, families), self.of.rules, self.of.now)
        for each in self.seen:
            yield from pruning.facts(each.account_region, each.templates, tuple(each.doubts), self.implausible)

    def knows(self, due: Due) -> bool:
        return (due.family, due.version, due.aside) in self.versions

    def facts(self, due: Due) -> RetireFacts:
        copies, recipe = self.versions[due.family, due.version, due.aside], self.of.lines.recipe(due.family)
        line, stage = self.of.lines.line(due.family, self.versions), stage_of(copies)
        if stage is None:
            raise ValueError(f"{due.family} {due.version} has no stage to leave")
        told_at = line.told_at(due.version, copies)
        after = following(copies, told_at, line.rules)
        known = RetireFacts(
            step=due.step,
            family=due.family,
            version=due.version,
            owner=recipe.owner.model_dump() if recipe else {},
            stage=stage,
            since=since(copies, stage),
            grace=after.grace if after else 0,
            announced=told_at,
            notice=after.notice if after else 0,
            copies=tuple(self._born(copy) for copy in copies),
            implausible=self.implausible,
        )
        return known.model_copy(update=self._among_others(due, line) | self._used(due, copies))

    def _among_others(self, due: Due, line: FamilyHistory) -> dict[str, Any]:
        recipe = self.of.lines.recipe(due.family)
        return {
            "newer": line.newer(due.version),
            "keep": line.rules.keep,
            "last_good": not due.aside and line.is_last_good(due.version),
            "replaced": line.is_replaced(due.version),
            "told": recipe is not None and self.of.told(recipe.owner.team),
            "at_work": is_at_work(line.rules.hours, self.of.now),
        }

    def _used(self, due: Due, copies: tuple[Copy, ...]) -> dict[str, Any]:
        uses = [use for copy in copies for use in self.uses.get(copy.image.image_id, ())]
        pointers = sorted({use.how for use in uses if use.how.startswith(f"{POINTERS}{due.family}/")})
        return {
            "channels": tuple(pointers),
            "used_by": tuple(use for use in uses if use.how not in pointers)[:MOST_USES],
            "unseen": (
                *self._recipe(due.family),
                *self._doubts(copies),
                *(self._deaf(copies) if due.step in LASTING else ()),
            ),
        }

    def _recipe(self, family: str) -> Iterator[str]:
        """Nobody knows what it would keep."""
        yield from (told for name, told in self.of.lines.unread.items() if name == family)

    def _born(self, copy: Copy) -> Copy:
        born = copy.ours and self.of.evidence.has(birth_of(copy.image))
        return copy.model_copy(update={"ours": born})

    def _doubts(self, copies: Iterable[Copy]) -> Iterator[str]:
        """Whatever could not be read where it has a copy; and where no images could be listed it may have one."""
        regions = {copy.image.region for copy in copies}
        for each in self.seen:
            if each.account_region.region in regions or "images" in each.unseen:
                yield from each.doubts

    def _deaf(self, copies: Iterable[Copy]) -> Iterator[str]:
        """Where nobody would hear a scream nothing is disabled, nor what was is deregistered."""
        regions = {copy.image.region for copy in copies}
        for each in self.seen:
            if each.account_region.region in regions:
                yield from (f"{each.name} launch failures: {why}" for why in each.deaf)
