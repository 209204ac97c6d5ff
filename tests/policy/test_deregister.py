from datetime import timedelta

import pytest

from goldsmith.policy.deregister import may_deregister
from goldsmith.policy.image import NEVER_LIVED
from goldsmith.policy.reports import wants_report
from goldsmith.values.retire import RetireStep
from goldsmith.vocabulary import Reason, Stage
from tests.policy.retiring import NOW, RULES, SECOND, Change, copy, days, facts, report

QUIET = days(40) + timedelta(hours=72)
ONE_THING_WRONG: dict[Reason, list[tuple[Change, Change]]] = {
    Reason.NOT_SETTLED: [({"state": "pending", "stage": Stage.FAILED}, {"stage": Stage.FAILED})],
    Reason.NOT_DISABLED: [({"state": "available"}, {})],
    Reason.PROTECTED: [
        ({"protection": each}, {})
        for each in ("enabled-with-cooldown", "enabled-without-cooldown", "disabling until 2026-11-27", "unknown")
    ],
    Reason.REPORT_MISSING: [
        ({"reports": each}, {})
        for each in (
            (),
            (report(state="pending"),),
            (report(created=days(30)),),
        )
    ],
    Reason.USED_ELSEWHERE: [({"reports": (report(users=("222222222222",)),)}, {})],
    Reason.NO_WAY_BACK: [({"recycled": each}, {}) for each in (None, (30, 29), (13, 30), (13, 13))],
    Reason.NOBODY_TOLD: [({}, {"told": False})],
    Reason.OUTSIDE_HOURS: [({}, {"at_work": False})],
    Reason.OVER_CAP: [({}, {"over_cap": True})],
}
CASES = [
    (reason, *change)
    for reason, changes in ONE_THING_WRONG.items()
    for change in changes
    if reason is not Reason.NOT_SETTLED
]


@pytest.mark.parametrize("recycled", [(14, 14), (30, 365)])
def test_it_may_go_if_it_can_come_back(recycled):
    assert may_deregister(facts(RetireStep.DEREGISTER, {"recycled": recycled}), RULES, NOW).allowed


@pytest.mark.parametrize(("reason", "one", "rest"), CASES, ids=str)
def test_one_objection_is_enough(reason, one, rest):
    assert may_deregister(facts(RetireStep.DEREGISTER, one, **rest), RULES, NOW).reasons == (reason,)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {Stage.DISABLED, Stage.FAILED}])
def test_from_no_other_stage(stage):
    assert Reason.WRONG_STAGE in may_deregister(facts(RetireStep.DEREGISTER, stage=stage), RULES, NOW).reasons


@pytest.mark.parametrize("state", ["pending", "transient", "deregistered", ""])
def test_not_while_something_is_under_way(state):
    assert Reason.NOT_SETTLED in may_deregister(facts(RetireStep.DEREGISTER, {"state": state}), RULES, NOW).reasons


@pytest.mark.parametrize("state", sorted(NEVER_LIVED))
def test_what_never_lived_goes_at_once_and_nobody_is_asked(state):
    dead = copy(Stage.FAILED, state=state, protection="", reports=())
    known = facts(RetireStep.DEREGISTER, stage=Stage.FAILED, copies=(dead,), told=False, newer=0)
    assert may_deregister(known, RULES, NOW).allowed


def test_what_failed_and_could_still_be_launched_is_disabled_first():
    assert Reason.NOT_DISABLED in may_deregister(facts(RetireStep.DEREGISTER, stage=Stage.FAILED), RULES, NOW).reasons


@pytest.mark.parametrize(("created", "counts"), [(QUIET, True), (QUIET - SECOND, False)])
def test_the_second_report_is_of_the_brown_out(created, counts):
    late = RULES.model_copy(update={"max_age_of_reports": timedelta(days=60)})
    known = facts(RetireStep.DEREGISTER, {"reports": (report(created=created),)})
    assert may_deregister(known, late, NOW).allowed == counts


@pytest.mark.parametrize(
    ("stage", "since", "reports", "wanted"),
    [
        (Stage.DEPRECATED, days(0), (), True),
        (Stage.DEPRECATED, days(20), (report(created=days(14)),), False),
        (Stage.DEPRECATED, days(20), (report(created=days(15)),), True),
        (Stage.DEPRECATED, days(20), (report(created=days(1), state="pending"),), False),
        (Stage.DEPRECATED, days(20), (report(created=days(1), state="error"),), True),
        (Stage.DISABLED, days(3), (), True),
        (Stage.DISABLED, days(3) + SECOND, (), False),
        (Stage.SUPERSEDED, days(20), (), False),
        (Stage.DEPRECATED, None, (), False),
    ],
    ids=str,
)
def test_when_a_report_is_asked_for(stage, since, reports, wanted):
    assert wants_report(copy(stage, since=since, reports=reports), RULES, NOW) == wanted
