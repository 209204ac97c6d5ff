"""May its owner be told that a version will go?  Only if somebody hears it."""

from datetime import datetime

from goldsmith.model import Verdict
from goldsmith.policy.retain import stays
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason, Stage


def may_announce(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        *stays(facts, rules, now),
        (facts.stage is not Stage.SUPERSEDED, Reason.WRONG_STAGE),
        (not facts.told, Reason.NOBODY_TOLD),
    )
