import pytest

from goldsmith.policy.orphan import may_delete
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, SECOND, Change, days, orphan

FROM = frozenset({Stage.DISABLED, Stage.FAILED})
ONE_THING_WRONG: dict[Reason, list[Change]] = {
    Reason.UNSEEN: [{"unseen": ("denied",)}],
    Reason.IMPLAUSIBLE: [{"implausible": ("images: 3 after 40",)}],
    Reason.NOT_OURS: [{"ours": False}],
    Reason.WRONG_STAGE: [{"stage": stage} for stage in ("", *(each for each in Stage if each not in FROM))],
    Reason.IN_USE: [{"users": ("ami-2",)}],
    Reason.HELD: [{"hold": "the audit"}, {"hold": "2026-11-26"}],
    Reason.TOO_YOUNG: [{"since": None}, {"since": days(14) + SECOND}],
    Reason.NO_WAY_BACK: [{"recycled_days": 0}, {"recycled_days": 13}],
}
CASES = [(reason, change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize("change", [{}, {"stage": Stage.FAILED}, {"since": days(14)}, {"recycled_days": 14}], ids=str)
def test_what_no_image_has_is_cleared_away(change):
    assert may_delete(orphan(**change), RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "change"), CASES, ids=str)
def test_one_objection_is_enough(reason, change):
    assert may_delete(orphan(**change), RULES, NOW).reasons == (reason,)
