from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import Verdict
from goldsmith.policy.retire import may_retire, over_cap
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts, RetireStep
from goldsmith.vocabulary import Stage
from tests.policy.retiring import FINE, NOW, RULES, STAYING, Change, facts

FEW = RetireRules(max_sweep=3, max_family=2)
SOFT = {RetireStep.SUPERSEDE, RetireStep.PROLONG}


def due(family: str, number: int, step: RetireStep = RetireStep.DISABLE, **change: Any) -> RetireFacts:
    since = NOW - timedelta(days=100 - number)
    return facts(step, family=family, version=f"v{number}", since=since, **change)


@pytest.mark.parametrize("step", RetireStep)
def test_each_step_has_its_policy(step):
    assert may_retire(facts(step), RULES, NOW).allowed


def test_no_more_of_a_family_than_may_be():
    wanted = [due("web", number) for number in range(4)]
    assert over_cap(wanted, FEW, NOW) == {("web", "v2"), ("web", "v3")}


def test_no_more_in_all_than_may_be_and_those_longest_due_come_first():
    wanted = [due(f"f{number}", number) for number in (3, 1, 2, 0)]
    assert over_cap(wanted, FEW, NOW) == {("f3", "v3")}


def test_what_is_kept_anyway_takes_no_place():
    wanted = [due("web", 0, last_good=True), due("web", 1), due("web", 2)]
    assert over_cap(wanted, FEW, NOW) == set()


@pytest.mark.parametrize("step", [RetireStep.SUPERSEDE, RetireStep.PROLONG, RetireStep.ANNOUNCE, RetireStep.DEPRECATE])
def test_what_takes_nothing_away_is_not_counted(step):
    assert over_cap([due("web", number, step) for number in range(9)], FEW, NOW) == set()


CHANGES = st.lists(st.sampled_from([(one, rest) for _, one, rest in STAYING] + FINE), max_size=6)


@given(st.sampled_from(RetireStep), CHANGES, CHANGES)
def test_what_is_known_in_addition_never_turns_a_no_into_a_yes(step, some, more):
    def judged(changes: list[tuple[Change, Change]]) -> Verdict:
        one: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        for each, others in changes:
            if not (each.keys() & one.keys() or others.keys() & rest.keys()):  # else it would change what is known
                one |= each
                rest |= others
        return may_retire(facts(step, one, **rest), RULES, NOW)

    before, after = judged(some), judged(some + more)
    assert set(before.reasons) <= set(after.reasons)


@given(
    st.sampled_from([step for step in RetireStep if step not in SOFT]), st.sampled_from(STAYING), st.sampled_from(Stage)
)
def test_whatever_else_is_known_what_is_needed_stays(step, staying, stage):
    _, one, rest = staying
    assert not may_retire(facts(step, one, **{"stage": stage, "newer": 3} | dict(rest)), RULES, NOW).allowed or (
        stage in {Stage.REJECTED, Stage.FAILED} and "newer" in rest
    )
