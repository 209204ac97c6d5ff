from typing import Any

from goldsmith.gather.retire.recheck import Glance, _renewed
from goldsmith.policy.retire import may_retire
from goldsmith.values.retire import AccountRegion, RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, copy, facts


def glances(*changes: dict[str, Any]) -> list[Glance]:
    """Each region as it is now, with its copy changed."""
    found = []
    for known, change in zip(facts(RetireStep.DEREGISTER).copies, changes, strict=True):
        glance = Glance(AccountRegion(account=known.image.account, region=known.image.region))
        glance.copies = {known.image.image_id: known.model_copy(update=change)}
        found.append(glance)
    return found


def test_what_is_as_it_was_may_go():
    assert may_retire(_renewed(facts(RetireStep.DEREGISTER), glances({}, {})), RULES, NOW).allowed


def test_a_copy_that_was_brought_back_meanwhile_keeps_the_others():
    back = {"stage": Stage.DEPRECATED, "since": NOW, "state": "available"}
    verdict = may_retire(_renewed(facts(RetireStep.DEREGISTER), glances({}, back)), RULES, NOW)
    assert {Reason.WRONG_STAGE, Reason.TOO_YOUNG} <= set(verdict.reasons)


def test_a_hold_that_was_written_meanwhile_holds():
    assert (
        Reason.HELD
        in may_retire(_renewed(facts(RetireStep.DEREGISTER), glances({}, {"hold": "wait"})), RULES, NOW).reasons
    )


def test_a_copy_of_which_nothing_could_be_seen_is_doubt():
    blind = glances({}, {})
    blind[1].copies, blind[1].unseen = {}, "denied"
    assert Reason.UNSEEN in may_retire(_renewed(facts(RetireStep.DEREGISTER), blind), RULES, NOW).reasons


def test_a_copy_that_is_gone_is_left_out():
    one = glances({}, {})
    one[1].copies = {}
    known = _renewed(facts(RetireStep.DEREGISTER), one)
    assert known.copies == (copy(Stage.DISABLED),)
