"""Do to versions what was decided on them, each by itself: what fails with one stops nothing else."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from goldsmith.act.retire.orphans import delete_orphans
from goldsmith.act.retire.prune import Pruner
from goldsmith.act.retire.rules import rules_of
from goldsmith.act.retire.steps import REFUSED, Steps
from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import Evidence
from goldsmith.ledger.announced import note_announced
from goldsmith.ledger.table import Ledger
from goldsmith.model import Model
from goldsmith.pace import Paces
from goldsmith.policy.decide import Decision, of_kind
from goldsmith.policy.reports import wants_report
from goldsmith.values.restore import VersionRequest
from goldsmith.values.retire import Copy, OrphanFacts, PruneFacts, RetireFacts, RetireStep
from goldsmith.values.sweep import Course, Failed, Retiring, Told
from goldsmith.vocabulary import EventType, Reason, Stage

AT_ONCE: Final = 8  # places: each has buckets of its own
DONE: Final = {
    RetireStep.SUPERSEDE: EventType.IMAGE_SUPERSEDED,
    RetireStep.PROLONG: EventType.IMAGE_PROLONGED,
    RetireStep.ANNOUNCE: EventType.RETIREMENT_ANNOUNCED,
    RetireStep.DEPRECATE: EventType.IMAGE_DEPRECATED,
    RetireStep.DISABLE: EventType.IMAGE_DISABLED,
    RetireStep.DEREGISTER: EventType.IMAGE_DEREGISTERED,
}


@dataclass(frozen=True)
class Task:
    """One copy that something is done to: its step, or if that is not allowed, a report is asked for."""

    facts: RetireFacts
    copy: Copy
    allowed: bool

    @property
    def place(self) -> tuple[str, str]:
        return self.copy.image.account, self.copy.image.region


@dataclass(frozen=True)
class Ended:
    """What became of it."""

    copy: Copy
    left: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Retirer:
    """`client(account)` makes clients `(service, region)` of the role that may retire in that account."""

    client: Callable[[str], Callable[[str, str], Any]]
    evidence: Evidence
    ledger: Ledger
    say: Callable[[EventType, Model], None]
    paces: Paces
    now: datetime

    def retire(self, asked: Retiring) -> Course:
        """What is left of the sweep."""
        given = [Decision.model_validate(each) for each in asked.decisions]
        decisions, left, pruned = of_kind(given, RetireFacts), of_kind(given, OrphanFacts), of_kind(given, PruneFacts)
        if len(decisions) + len(left) + len(pruned) != len(given):
            raise NeedsAPerson("one of these decisions is not one on a retirement")
        for each in given:  # before anything is done
            rules_of(each)
        tasks = [task for decision, facts in decisions for task in self._tasks(decision, facts)]
        ended = self._each_place(tasks)
        tally = Counter(asked.course.tally)
        for decision, facts in decisions:
            here = [ended[copy.image.image_id] for copy in facts.concerned if copy.image.image_id in ended]
            tally[self._tell(asked.course.run, decision, facts, here)] += 1
        tally.update(delete_orphans(asked.course.run, left, client=self.client, paces=self.paces, say=self.say))
        tally.update(Pruner(self.client, self.say, self.paces, self.now).prune(asked.course.run, pruned))
        rest = asked.course.chunks[1:]
        after = {"chunks": rest, "tally": dict(tally), "paces": self.paces.drawn(), "next": "look" if rest else "end"}
        return asked.course.model_copy(update=after)

    def _tasks(self, decision: Decision, facts: RetireFacts) -> Iterator[Task]:
        allowed, rules = decision.verdict.allowed, rules_of(decision)
        for copy in facts.concerned:
            late = Reason.REPORT_MISSING in decision.verdict.reasons and wants_report(copy, rules, self.now)
            if allowed or late:
                yield Task(facts, copy, allowed)

    def _each_place(self, tasks: list[Task]) -> dict[str, Ended]:
        """By AMI."""
        places: dict[tuple[str, str], list[Task]] = {}
        for task in tasks:
            places.setdefault(task.place, []).append(task)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ended = [each for done in pool.map(self._in_place, places, places.values()) for each in done]
        return {each.copy.image.image_id: each for each in ended}

    def _in_place(self, place: tuple[str, str], tasks: list[Task]) -> list[Ended]:
        account, region = place
        steps = Steps(self.client(account)("ec2", region), self.evidence, self.paces, self.now)
        return [_one(steps, task) for task in tasks]

    def _tell(self, run: str, decision: Decision, facts: RetireFacts, ended: list[Ended]) -> str:
        """One event for each version: what was done, or why it is kept."""
        done = [each for each in ended if not each.error]
        kind = EventType.IMAGE_KEPT
        if decision.verdict.allowed:
            kind = DONE[facts.step] if done else EventType.RETIREMENT_FAILED
        self.say(kind, _told(run, decision, facts, ended))
        if kind is EventType.RETIREMENT_ANNOUNCED:  # told twice rather than never
            note_announced(facts.family, facts.version, self.now, self.ledger)
        if Reason.NOT_DISABLED in decision.verdict.reasons and facts.stage is Stage.DISABLED:
            asked = VersionRequest(
                family=facts.family, version=facts.version, by="retire", reason="it was enabled by hand"
            )
            self.say(EventType.RESTORATION_REQUESTED, asked)
        return kind.value


def _one(steps: Steps, task: Task) -> Ended:
    try:
        return Ended(task.copy, steps.take(task.facts, task.copy) if task.allowed else steps.report(task.copy))
    except REFUSED as error:
        return Ended(task.copy, error=str(error))


def _told(run: str, decision: Decision, facts: RetireFacts, ended: list[Ended]) -> Told:
    failed = {each.copy.image.image_id for each in ended if each.error}
    return Told(
        run=run,
        family=facts.family,
        version=facts.version,
        owner=facts.owner,
        step=facts.step,
        images=tuple(where(copy) for copy in facts.concerned if copy.image.image_id not in failed),
        failures=tuple(Failed(image=each.copy.image, error=each.error) for each in ended if each.error),
        left=tuple(left for each in ended for left in each.left),
        on=_announced_for(facts, decision.decided_at) if facts.step is RetireStep.ANNOUNCE else "",
        objections=tuple(objections(facts)),
        decision=decision.model_dump(mode="json", by_alias=True),
    )


def where(copy: Copy) -> dict[str, str]:
    """An AMI as events name it."""
    return copy.image.model_dump(by_alias=True) | {"architecture": copy.architecture, "name": copy.name}


def _announced_for(facts: RetireFacts, now: datetime) -> str:
    return f"{now + timedelta(days=facts.notice):%Y-%m-%d}"


def objections(facts: RetireFacts) -> Iterator[str]:
    """A sentence for each thing that keeps it."""
    yield from (f"the channel {each} points to it" for each in facts.channels)
    yield from (f"{use.kind} {use.arn}: {use.how}" for use in facts.used_by)
    yield from (f"unseen: {each}" for each in facts.unseen)
    yield from (f"implausible: {each}" for each in facts.implausible)
    for copy in facts.copies:
        yield from (f"{copy.image.image_id}: {copy.unreadable}" for _ in (1,) if copy.unreadable)
        yield from (f"hold on {copy.image.image_id}: {copy.hold}" for _ in (1,) if copy.hold)
        yield from (f"snooze of {copy.image.image_id}: {copy.snooze}" for _ in (1,) if copy.snooze)
        users = sorted({user for report in copy.reports for user in report.users})
        yield from (f"account {user} uses {copy.image.image_id} ({copy.image.region})" for user in users)
