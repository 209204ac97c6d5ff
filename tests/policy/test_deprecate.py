import pytest

from goldsmith.policy.deprecate import may_deprecate
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, SECOND, Change, days, facts

ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.WRONG_STAGE: [({}, {"stage": stage}) for stage in Stage if stage is not Stage.SUPERSEDED],
    Reason.NOT_ANNOUNCED: [({}, {"announced": each}) for each in (None, days(16) + SECOND, days(0))],
    Reason.NOBODY_TOLD: [({}, {"told": False})],
}
CASES = [(reason, *change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize("announced", [days(16), days(90)])
def test_it_was_announced_long_enough_ago(announced):
    assert may_deprecate(facts(RetireStep.DEPRECATE, announced=announced), RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_deprecate(facts(RetireStep.DEPRECATE, one, **rest), RULES, NOW).reasons == (reason,)
