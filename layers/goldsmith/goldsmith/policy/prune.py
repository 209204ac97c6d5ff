"""May versions of a launch template be deleted?  Only old ones that nobody refers to, where its owner has tagged it."""

from datetime import datetime

from goldsmith.model import Verdict
from goldsmith.policy.image import is_too_young
from goldsmith.policy.retain import is_kept_by
from goldsmith.rules import RetireRules
from goldsmith.values.retire import PruneFacts
from goldsmith.vocabulary import Reason


def may_prune(facts: PruneFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        (bool(facts.unseen), Reason.UNSEEN),
        (bool(facts.implausible), Reason.IMPLAUSIBLE),
        (facts.tagged != facts.family, Reason.NOT_OURS),
        (is_used(facts), Reason.IN_USE),
        (has_newest(facts), Reason.AMONG_NEWEST),
        (is_kept_by(facts.hold, now), Reason.HELD),
        (is_too_young(facts.youngest, rules.min_idle, now), Reason.TOO_YOUNG),
    )


def is_used(facts: PruneFacts) -> bool:
    """Who names no version launches the default one."""
    return bool(facts.used_by) or facts.default in facts.versions


def has_newest(facts: PruneFacts) -> bool:
    return facts.latest in facts.versions or any(each >= facts.kept_from for each in facts.versions)
