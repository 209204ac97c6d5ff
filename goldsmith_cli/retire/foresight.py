"""What the timetable will do to a family, and what keeps its versions, as far as tags, recipe and ledger tell."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from goldsmith.act.retire.steps import PROLONGED
from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.gather.retire.timetable import Next, since, stage_of
from goldsmith.lifecycle import Deed, leads
from goldsmith.policy.retire import may_retire
from goldsmith.rules import RetireRules
from goldsmith.values.estate import Key
from goldsmith.values.retire import LEADS_TO, Copy, RetireFacts, RetireStep
from goldsmith.vocabulary import Reason, Stage

DAY: Final = timedelta(days=1)
RULES: Final = RetireRules()
ONLY_THE_SWEEP_KNOWS: Final = frozenset(
    {Reason.REPORT_MISSING, Reason.USED_ELSEWHERE, Reason.NO_WAY_BACK, Reason.OUTSIDE_HOURS, Reason.OVER_CAP}
)


@dataclass(frozen=True)
class Planned:
    """A step that a version will take on that day if nothing else keeps it."""

    day: date
    step: RetireStep
    version: str
    copies: tuple[Copy, ...]


@dataclass(frozen=True)
class Kept:
    """A version that is still there, what keeps it, and which step it is that comes next."""

    version: str
    stage: Stage
    reasons: tuple[Reason, ...]
    next: Next | None


@dataclass
class Foresight:
    """A family on its way through time; `told` says whether it has an owner who hears of it."""

    line: FamilyHistory
    told: bool
    now: datetime

    def until(self, last: date) -> Iterator[Planned]:
        """Each step of each version, the earliest first: one a day and version, as a sweep takes them.

        Then it is that day.
        """
        while self.now.date() <= last:
            for key in sorted(self.line.versions):
                step = self._due(key)
                if step and not self._objections(key, step):
                    yield Planned(self.now.date(), step.step, key[1], self._take(key, step.step))
            self.now += self._pause()
        self.now = datetime.combine(last, self.now.timetz())

    def _pause(self) -> timedelta:
        """Until something is due; a day where something is due by now, but is kept."""
        steps = [self.line.next(key, RULES, self.now) for key in self.line.versions]
        days = [step.at.date() - self.now.date() for step in steps if step and step.at]
        return max(DAY, min(days, default=timedelta(days=366)))

    def _due(self, key: Key) -> Next | None:
        step = self.line.next(key, RULES, self.now)
        return step if step and step.at and step.at.date() <= self.now.date() else None

    def _take(self, key: Key, step: RetireStep) -> tuple[Copy, ...]:
        """Those that the step was for."""
        copies, stage = self.line.versions[key], stage_of(self.line.versions[key])
        concerned = tuple(copy for copy in copies if copy.stage == stage)
        if step is RetireStep.ANNOUNCE:
            self.line = replace(self.line, announced={**self.line.announced, key[1]: self.now})
            return concerned
        after = [self._moved(copy, step) if copy in concerned else copy for copy in copies]
        there = tuple(copy for copy in after if copy.stage != Stage.DEREGISTERED)
        others = {other: each for other, each in self.line.versions.items() if other != key}
        self.line = replace(self.line, versions=others | ({key: there} if there else {}))
        return concerned

    def _moved(self, copy: Copy, step: RetireStep) -> Copy:
        if step is RetireStep.PROLONG:
            return copy.model_copy(update={"deprecated_at": self.now + PROLONGED})
        gone = {"state": "disabled", "protection": ""} if step is RetireStep.DISABLE else {}
        return copy.model_copy(update={"stage": LEADS_TO[step], "since": self.now, "was": copy.stage, **gone})

    def kept(self) -> Iterator[Kept]:
        """Every version that is there by now."""
        for key, copies in sorted(self.line.versions.items()):
            if stage := stage_of(copies):
                step = self.line.next(key, RULES, self.now)
                yield Kept(key[1], stage, self.reasons(key, step), step)

    def reasons(self, key: Key, step: Next | None) -> tuple[Reason, ...]:
        """What keeps it now; for a step that is not due yet, what would keep it when it is."""
        if step is None:
            return self._wanted(key)
        found = self._objections(key, step)
        return tuple(each for each in found if each not in {Reason.TOO_YOUNG, Reason.NOT_ANNOUNCED})

    def _wanted(self, key: Key) -> tuple[Reason, ...]:
        """Why no step comes next at all."""
        copies, rest = self.line.versions[key], Next(step=RetireStep.ANNOUNCE)
        counted = {Reason.IN_CHANNEL, Reason.AMONG_NEWEST, Reason.LAST_GOOD, Reason.HELD, Reason.SNOOZED}
        found = tuple(each for each in self._objections(key, rest) if each in counted)
        early = leads(Deed.SUPERSEDE, stage_of(copies))
        return found or ((Reason.NOT_REPLACED,) if early and not self.line.is_replaced(key[1]) else ())

    def _objections(self, key: Key, step: Next) -> tuple[Reason, ...]:
        copies, version = self.line.versions[key], key[1]
        stage = stage_of(copies)
        if stage is None:
            return (Reason.WRONG_STAGE,)
        facts = RetireFacts(
            step=step.step,
            family=key[0],
            version=version,
            stage=stage,
            since=since(copies, stage),
            announced=self.line.told_at(version, copies),
            copies=copies,
            channels=("a channel",) if version in self.line.pointed and not key[2] else (),
            newer=self.line.newer(version),
            keep=self.line.rules.keep,
            last_good=not key[2] and self.line.is_last_good(version),
            replaced=self.line.is_replaced(version),
            told=self.told,
        )
        reasons = may_retire(facts, RULES, self.now).reasons
        return tuple(each for each in reasons if each not in ONLY_THE_SWEEP_KNOWS)
