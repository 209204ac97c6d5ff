import pytest

from goldsmith.policy.postpone import FROM, may_prolong
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import Change, facts

ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.NOT_OURS: [({"ours": False}, {}), ({}, {"copies": ()})],
    Reason.WRONG_STAGE: [({}, {"stage": stage}) for stage in Stage if stage not in FROM],
}
CASES = [(reason, *change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize("stage", sorted(FROM))
def test_what_is_wanted_is_not_deprecated_by_ec2(stage):
    assert may_prolong(facts(RetireStep.PROLONG, stage=stage)).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_prolong(facts(RetireStep.PROLONG, one, **rest)).reasons == (reason,)
