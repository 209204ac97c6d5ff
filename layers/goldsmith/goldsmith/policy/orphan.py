"""May a snapshot be deleted that its image left behind?  Only one of ours that no image has, and that can come back."""

from datetime import datetime

from goldsmith.lifecycle import Deed, leads
from goldsmith.model import Verdict
from goldsmith.policy.image import is_too_young
from goldsmith.policy.retain import is_kept_by
from goldsmith.rules import RetireRules
from goldsmith.values.retire import OrphanFacts
from goldsmith.vocabulary import Reason


def may_delete(facts: OrphanFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        (bool(facts.unseen), Reason.UNSEEN),
        (bool(facts.implausible), Reason.IMPLAUSIBLE),
        (not facts.ours, Reason.NOT_OURS),
        (not leads(Deed.DEREGISTER, facts.stage), Reason.WRONG_STAGE),
        (bool(facts.users), Reason.IN_USE),
        (is_kept_by(facts.hold, now), Reason.HELD),
        (is_too_young(facts.since, rules.orphan, now), Reason.TOO_YOUNG),
        (facts.recycled_days < rules.undo.days, Reason.NO_WAY_BACK),
    )
