"""May a version be deprecated?  Only after it was announced, and its owner had the time to object."""

from datetime import datetime, timedelta

from goldsmith.model import Verdict
from goldsmith.policy.retain import stays
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason, Stage


def may_deprecate(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        *stays(facts, rules, now),
        (facts.stage is not Stage.SUPERSEDED, Reason.WRONG_STAGE),
        (is_not_announced(facts, now), Reason.NOT_ANNOUNCED),
        (not facts.told, Reason.NOBODY_TOLD),
    )


def is_not_announced(facts: RetireFacts, now: datetime) -> bool:
    return facts.announced is None or now - facts.announced < timedelta(days=facts.notice)
