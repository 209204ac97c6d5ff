"""May a version be disabled?  The brown-out: nothing is launched from it any more, and whoever needs it will say so.

It can be undone, and is by itself when somebody screams; even so nobody may be known to use it, here or elsewhere.
"""

from datetime import datetime

from goldsmith.lifecycle import Deed, leads
from goldsmith.model import Verdict
from goldsmith.policy.image import is_settled
from goldsmith.policy.reports import is_report_missing, is_used_elsewhere
from goldsmith.policy.retain import is_aside, stays
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason


def may_disable(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        *stays(facts, rules, now),
        (not leads(Deed.DISABLE, facts.stage), Reason.WRONG_STAGE),
        (any(not is_settled(copy) for copy in facts.concerned), Reason.NOT_SETTLED),
        (is_report_missing(facts, rules, now), Reason.REPORT_MISSING),
        (is_used_elsewhere(facts), Reason.USED_ELSEWHERE),
        (not facts.told and not is_aside(facts), Reason.NOBODY_TOLD),
        (not facts.at_work, Reason.OUTSIDE_HOURS),
        (facts.over_cap, Reason.OVER_CAP),
    )
