"""May a version be deprecated?  Only after it was announced, and its owner had the time to object."""

from datetime import datetime, timedelta

from goldsmith.model import Verdict
from goldsmith.policy.image import is_too_young
from goldsmith.policy.retain import stays
from goldsmith.rules import RetireRules
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason, Stage


def may_deprecate(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    return Verdict.unless(
        *stays(facts, rules, now),
        (facts.stage is not Stage.SUPERSEDED, Reason.WRONG_STAGE),
        (is_too_young(facts.announced, timedelta(days=facts.notice), now), Reason.NOT_ANNOUNCED),
        (not facts.told, Reason.NOBODY_TOLD),
    )
