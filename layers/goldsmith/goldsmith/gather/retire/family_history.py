"""The versions of one family beside each other: which are newer, which is the last good one, what is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from goldsmith.gather.retire.timetable import GOOD, Next, following, since, stage_of
from goldsmith.lifecycle import Deed, leads
from goldsmith.policy.image import is_among_newest
from goldsmith.recipe.retirement import Retirement
from goldsmith.rules import RetireRules
from goldsmith.values.estate import Key
from goldsmith.values.retire import LASTING, Copy, RetireStep
from goldsmith.values.sweep import Due
from goldsmith.values.versions import newness
from goldsmith.vocabulary import Stage

AHEAD: Final = timedelta(days=2)  # a report on other accounts is asked for before it is needed


@dataclass(frozen=True)
class FamilyHistory:
    """`versions` are all of the estate's; `pointed` are the versions of this family that a channel is known to hold."""

    family: str
    rules: Retirement
    versions: Mapping[Key, tuple[Copy, ...]]
    pointed: frozenset[str] = frozenset()
    announced: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, *stages: Stage) -> list[str]:
        """Versions in one of these stages, newest first."""
        found = {v for (f, v, _), copies in self.versions.items() if f == self.family and stage_of(copies) in stages}
        return sorted(found, key=newness, reverse=True)

    def newer(self, version: str) -> int:
        """How many versions that are good, and of which there is something to launch, are newer."""
        return sum(newness(each) > newness(version) for each in self.of(*GOOD) if self._is_there(each))

    def _is_there(self, version: str) -> bool:
        return any(copy.state == "available" for copy in self.versions[self.family, version, False])

    def is_replaced(self, version: str) -> bool:
        return any(newness(each) > newness(version) for each in self.of(Stage.RELEASED))

    def is_last_good(self, version: str) -> bool:
        """The newest that is released; where none is, the newest that ever was good."""
        good = self.of(Stage.RELEASED) or self.of(*GOOD, Stage.DEPRECATED)
        return version in good[:1]

    def told_at(self, version: str, copies: tuple[Copy, ...]) -> datetime | None:
        """When it was announced; what was announced before it became superseded (once more) does not count."""
        at, begun = self.announced.get(version), since(copies, Stage.SUPERSEDED)
        return at if at and begun and at >= begun else None

    def next(self, key: Key, rules: RetireRules, now: datetime) -> Next | None:
        """The step that comes next for a version, and when."""
        copies, version = self.versions[key], key[1]
        stage = stage_of(copies)
        if stage is None:
            return None
        if leads(Deed.SUPERSEDE, stage) and version not in self.pointed and self.is_replaced(version):
            return Next(step=RetireStep.SUPERSEDE, at=now)
        if stage in GOOD and self._is_wanted(version) and (at := _deprecated_at(copies, stage)):
            return Next(step=RetireStep.PROLONG, at=at - rules.prolong)
        if not key[2] and self._is_wanted(version):
            return None
        return following(copies, self.told_at(version, copies), self.rules)

    def _is_wanted(self, version: str) -> bool:
        return (
            version in self.pointed
            or is_among_newest(self.newer(version), self.rules.keep)
            or self.is_last_good(version)
        )

    def due(self, key: Key, rules: RetireRules, now: datetime) -> Due | None:
        """The version, if its next step is due or soon will be."""
        step = self.next(key, rules, now)
        if step is None or (step.at and step.at - (AHEAD if step.step in LASTING else timedelta(0)) > now):
            return None
        stage = stage_of(self.versions[key])
        begun = since(self.versions[key], stage) if stage else None
        return Due(family=key[0], version=key[1], aside=key[2], step=step.step, since=begun)


def _deprecated_at(copies: tuple[Copy, ...], stage: Stage) -> datetime | None:
    return min((c.deprecated_at for c in copies if c.stage == stage and c.deprecated_at), default=None)
