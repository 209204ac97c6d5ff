"""What we do to the family of `estate.py`: the product's own sweep and its way back, which may die at any call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import count
from typing import Any, TypeVar

from goldsmith.act.restore.change_hold import HoldChanger
from goldsmith.act.restore.restore import Restorer
from goldsmith.act.retire.apply import Retirer
from goldsmith.act.retire.facts import store
from goldsmith.evidence import sight_of
from goldsmith.gather.retire.facts import RetireFactsReader
from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.orphans import orphans
from goldsmith.gather.retire.recheck import Recheck
from goldsmith.pace import Paces
from goldsmith.policy.decide import decide_each
from goldsmith.recipe.document import Recipe
from goldsmith.rules import RetireRules
from goldsmith.values.estate import versions
from goldsmith.values.outcome import Failure
from goldsmith.values.restore import VersionRequest
from goldsmith.values.retire import AccountRegion, Batch
from goldsmith.values.sweep import Course, DueList, InventoryRead, Retiring, Sweep
from goldsmith.vocabulary import EventType
from tests.act.conftest import ACCOUNT
from tests.act.leaving import Said, sayer
from tests.act.place_deeds import DiedError
from tests.policy.estate import FAMILY, Estate

T = TypeVar("T")


class Sweeping(Estate):
    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe, self.said, self.runs = recipe, Said(), count(1)

    def client(self, _: str) -> Any:
        return lambda _service, region: self.places[region]

    @contextmanager
    def _as(self, role: str) -> Iterator[None]:
        for place in self.places.values():
            place.role = role
        try:
            yield
        finally:
            for place in self.places.values():
                place.role = ""

    # ── sweeps ──

    def sweeps(self, *, blind: bool = False, lost: bool = False, retried: bool = False) -> Course | None:
        """As the workflow goes; None if nothing is due, or if who did it died."""
        sights, run = self.sights(), f"retire-sweep-{next(self.runs)}"
        lines = Families(None, "", self.ledger, {FAMILY: self.recipe})  # type: ignore[arg-type]
        line, rules = lines.line(FAMILY, versions(sights)), RetireRules()
        due = [each for key in line.versions if (each := line.due(key, rules, self.now))]
        if not due and not any(orphan for each in sights for orphan in orphans(each)):
            return None
        batch = self.evidence.put(f"due/{run}.json", DueList(versions=tuple(due)))
        places = [InventoryRead(account_region=each.account_region) for each in sights]
        for each in sights:
            self.evidence.put(sight_of(run, each.account_region.account, each.account_region.region), each)
        if blind:
            failure = Failure.model_validate({"Error": "TryAgain", "Cause": "busy"})
            places[0] = InventoryRead(account_region=places[0].account_region, failure=failure)
        reader = RetireFactsReader(lines, self.evidence, self.evidence, lambda _: True, rules, self.now)
        facts = reader.read(Sweep(run=run, batch=batch, places=tuple(places)))
        course = store(run, facts, sweeps=self.evidence)
        with self._as("Retirer"):
            return self._course(course, retried=retried, lost=lost)

    def _course(self, course: Course, *, retried: bool, lost: bool) -> Course | None:
        for _ in course.chunks:
            batch = self.evidence.get(course.chunks[0], Batch)
            assert batch
            made = decide_each(Recheck(self.client).look(batch), self.now).decisions
            decisions = tuple(each.model_dump(mode="json", by_alias=True) for each in made)
            asked = Retiring(course=course, decisions=decisions)
            work = partial(self._retirer().retire, asked)
            after = _alive(work) or (_alive(work) if retried else None)
            if after is None:
                return None
            course = after
        self._delivers(lost=lost)
        return course

    def _retirer(self) -> Retirer:
        return Retirer(
            client=self.client,
            evidence=self.evidence,
            ledger=self.ledger,  # type: ignore[arg-type]
            say=sayer(self.said),
            paces=Paces(clock=lambda: 0.0, sleep=lambda _: None),
            now=self.now,
        )

    def _delivers(self, *, lost: bool) -> None:
        asked = [told for kind, told in self.said if kind is EventType.RESTORATION_REQUESTED]
        self.said.clear()
        for each in [] if lost else asked:
            self.restores(each)

    # ── the way back ──

    def restores(self, asked: VersionRequest) -> bool:
        """Whether it came to its end."""
        with self._as("Restorer"):
            return _alive(lambda: self._restorer().restore(asked)) is not None

    def holds(self, version: str, until: date | None, *, hold: bool = True) -> bool:
        asked = VersionRequest(family=FAMILY, version=version, by="ann", reason="audit", until=until, hold=hold)
        changer = HoldChanger(self.client, self._spots(), sayer(self.said))
        with self._as("Holder"):
            return _alive(lambda: changer.change(asked)) is not None

    def _restorer(self) -> Restorer:
        return Restorer(
            reads=self.client,
            acts=self.client,
            places=self._spots(),
            evidence=self.evidence,
            say=sayer(self.said),
            now=self.now,
        )

    def _spots(self) -> tuple[AccountRegion, ...]:
        return tuple(AccountRegion(account=ACCOUNT, region=region) for region in self.places)


def _alive(work: Callable[[], T]) -> T | None:
    """None if it died."""
    try:
        return work()
    except DiedError:
        return None
