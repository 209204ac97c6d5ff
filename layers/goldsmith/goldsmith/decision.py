"""Which policy answers for which verb, and what is kept of the answer."""

from datetime import datetime

from goldsmith.model import AdoptFacts, Model, Verdict
from goldsmith.policy.adopt import may_adopt
from goldsmith.rules import AdoptRules


class Decision(Model):
    """A verdict with all that it was made from: one piece of evidence."""

    facts: AdoptFacts
    rules: AdoptRules
    verdict: Verdict
    decided_at: datetime


def decide(facts: AdoptFacts, now: datetime) -> Decision:
    rules = AdoptRules()
    return Decision(facts=facts, rules=rules, verdict=may_adopt(facts, rules, now), decided_at=now)
