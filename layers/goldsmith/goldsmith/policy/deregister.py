"""May a version be deregistered, with its snapshots?

Only if nobody objects, nobody used it, here or elsewhere, all through its brown-out, and it can still be brought back.
"""

from datetime import datetime

from goldsmith.lifecycle import Deed, leads
from goldsmith.model import Verdict
from goldsmith.policy.image import NEVER_LIVED, is_protected, is_settled
from goldsmith.policy.reports import is_report_missing, is_used_elsewhere
from goldsmith.policy.retain import is_aside, stays
from goldsmith.rules import RetireRules
from goldsmith.values.retire import Copy, RetireFacts
from goldsmith.vocabulary import Reason, Stage


def may_deregister(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        *stays(facts, rules, now),
        (not leads(Deed.DEREGISTER, facts.stage), Reason.WRONG_STAGE),
        (any(not is_settled(copy) for copy in facts.concerned), Reason.NOT_SETTLED),
        (any(not is_disabled(copy) for copy in facts.concerned), Reason.NOT_DISABLED),
        (any(is_protected(copy) for copy in facts.concerned), Reason.PROTECTED),
        (facts.stage is Stage.DISABLED and is_report_missing(facts, rules, now), Reason.REPORT_MISSING),
        (is_used_elsewhere(facts), Reason.USED_ELSEWHERE),
        (any(has_no_way_back(copy, rules) for copy in facts.concerned), Reason.NO_WAY_BACK),
        (not facts.told and not is_aside(facts), Reason.NOBODY_TOLD),
        (not facts.at_work, Reason.OUTSIDE_HOURS),
        (facts.over_cap, Reason.OVER_CAP),
    )


def is_disabled(copy: Copy) -> bool:
    """Or never was anything that could be: its stage says so, or did before others of its version were disabled."""
    return copy.state == "disabled" or (copy.state in NEVER_LIVED and Stage.FAILED in {copy.stage, copy.was})


def has_no_way_back(copy: Copy, rules: RetireRules) -> bool:
    """The Recycle Bin must keep its snapshots at least as long as the image, and both for the time of an undo."""
    if copy.recycled is None:
        return True
    image_days, snapshot_days = copy.recycled
    return not snapshot_days >= image_days >= rules.undo.days
