import pytest

from goldsmith.policy.supersede import may_supersede
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import USE, Change, facts

FROM = frozenset({Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED})
ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.UNSEEN: [({}, {"unseen": ("denied",)})],
    Reason.NOT_OURS: [({"ours": False}, {}), ({}, {"copies": ()})],
    Reason.WRONG_STAGE: [({}, {"stage": stage}) for stage in Stage if stage not in FROM],
    Reason.IN_CHANNEL: [({}, {"channels": ("/goldsmith/webapp/staging/x86_64",)})],
    Reason.NOT_REPLACED: [({}, {"replaced": False})],
}
CASES = [(reason, *change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize("stage", sorted(FROM))
def test_a_newer_version_takes_its_place(stage):
    assert may_supersede(facts(RetireStep.SUPERSEDE, stage=stage)).allowed


def test_who_uses_it_does_not_matter_yet():
    assert may_supersede(facts(RetireStep.SUPERSEDE, {"hold": "forever"}, used_by=(USE,), newer=0)).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_supersede(facts(RetireStep.SUPERSEDE, one, **rest)).reasons == (reason,)
