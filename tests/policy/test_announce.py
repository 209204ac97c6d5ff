import pytest

from goldsmith.policy.announce import may_announce
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, Change, facts

ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.WRONG_STAGE: [({}, {"stage": stage}) for stage in Stage if stage is not Stage.SUPERSEDED],
    Reason.NOBODY_TOLD: [({}, {"told": False})],
}
CASES = [(reason, *change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


def test_its_owner_is_told():
    assert may_announce(facts(RetireStep.ANNOUNCE, announced=None), RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_announce(facts(RetireStep.ANNOUNCE, one, **rest), RULES, NOW).reasons == (reason,)
