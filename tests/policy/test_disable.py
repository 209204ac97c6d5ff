from datetime import timedelta

import pytest

from goldsmith.policy.disable import may_disable
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, SECOND, Change, days, facts, report

FROM = frozenset({Stage.DEPRECATED, Stage.REJECTED, Stage.FAILED})
MISSING = (
    (),
    (report(state="pending"),),
    (report(state="error"),),
    (report(created=days(30)),),
    (report(created=days(40) - SECOND),),  # before it came to its stage
)
ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.WRONG_STAGE: [({}, {"stage": stage}) for stage in Stage if stage not in {*FROM, Stage.DISABLED}],
    Reason.NOT_SETTLED: [({"state": state}, {}) for state in ("pending", "transient", "deregistered")],
    Reason.REPORT_MISSING: [({"reports": each}, {}) for each in MISSING],
    Reason.USED_ELSEWHERE: [({"reports": (report(users=("222222222222",)),)}, {})],
    Reason.NOBODY_TOLD: [({}, {"told": False})],
    Reason.OUTSIDE_HOURS: [({}, {"at_work": False})],
    Reason.OVER_CAP: [({}, {"over_cap": True})],
}
CASES = [(reason, *change) for reason, changes in ONE_THING_WRONG.items() for change in changes]


@pytest.mark.parametrize("stage", sorted(FROM))
def test_nothing_is_launched_from_it_any_more(stage):
    assert may_disable(facts(RetireStep.DISABLE, stage=stage), RULES, NOW).allowed


@pytest.mark.parametrize(
    "reports",
    [
        (report(created=days(30) + SECOND),),
        (report(state="error"), report()),
        (report(created=days(39), state="pending"), report(created=NOW - timedelta(hours=1))),
    ],
    ids=str,
)
def test_one_report_that_counts_is_enough(reports):
    assert may_disable(facts(RetireStep.DISABLE, {"reports": reports}), RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_disable(facts(RetireStep.DISABLE, one, **rest), RULES, NOW).reasons == (reason,)


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.FAILED])
def test_nobody_need_be_told_of_what_was_never_released(stage):
    assert may_disable(facts(RetireStep.DISABLE, stage=stage, told=False, newer=0), RULES, NOW).allowed


def test_an_old_report_that_names_a_user_counts_still():
    old = report(created=days(35), users=("222222222222",))
    assert may_disable(facts(RetireStep.DISABLE, {"reports": (old, report())}), RULES, NOW).reasons == (
        Reason.USED_ELSEWHERE,
    )
