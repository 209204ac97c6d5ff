import pytest

from goldsmith.model import Verdict
from goldsmith.policy.retain import stays
from goldsmith.policy.retire import may_retire
from goldsmith.values.retire import RetireFacts, RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import FINE, NOW, RULES, STAYING, STAYS, facts

LASTING = (RetireStep.ANNOUNCE, RetireStep.DEPRECATE, RetireStep.DISABLE, RetireStep.DEREGISTER)


def kept(known: RetireFacts) -> tuple[Reason, ...]:
    return Verdict.unless(*stays(known, RULES, NOW)).reasons


@pytest.mark.parametrize(("one", "rest"), FINE, ids=str)
def test_nothing_keeps_what_nobody_needs(one, rest):
    assert kept(facts(RetireStep.DEREGISTER, one, **rest)) == ()


@pytest.mark.parametrize(("reason", "one", "rest"), STAYING, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert kept(facts(RetireStep.DEREGISTER, one, **rest)) == (reason,)


@pytest.mark.parametrize("step", LASTING)
@pytest.mark.parametrize(("reason", "one", "rest"), STAYING, ids=str)
def test_it_keeps_from_every_step_on_the_way_out(step, reason, one, rest):
    verdict = may_retire(facts(step, one, **rest), RULES, NOW)
    assert not verdict.allowed
    assert reason in verdict.reasons


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.FAILED])
def test_what_was_rejected_or_failed_is_none_of_the_newest_that_stay(stage):
    assert kept(facts(RetireStep.DISABLE, stage=stage, newer=0)) == ()
    assert kept(facts(RetireStep.DEREGISTER, {"was": stage}, newer=0)) == (
        Reason.AMONG_NEWEST,
    )  # the other copy was good


def test_a_version_of_which_nothing_is_there_is_none_of_ours():
    assert Reason.NOT_OURS in kept(facts(RetireStep.DEREGISTER, copies=()))


def test_all_objections_are_told():
    one = {name: value for _, each, _ in STAYING for name, value in each.items()}
    rest = {name: value for _, _, each in STAYING for name, value in each.items()}
    assert set(kept(facts(RetireStep.DISABLE, one, **rest))) == set(STAYS)
