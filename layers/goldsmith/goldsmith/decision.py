"""Which policy answers for which facts, and what is kept of the answer."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from goldsmith.admission import BuildFacts
from goldsmith.distribution import DistributeFacts
from goldsmith.model import AdoptFacts, Model, Verdict
from goldsmith.outcome import CompleteFacts
from goldsmith.policy.adopt import may_adopt
from goldsmith.policy.build import may_build
from goldsmith.policy.complete import may_move_on
from goldsmith.policy.distribute import may_go_out
from goldsmith.policy.promote import may_promote
from goldsmith.policy.retire import may_retire
from goldsmith.policy.verify import may_verify
from goldsmith.promotion import PromoteFacts
from goldsmith.retirement import Batch, RetireFacts
from goldsmith.rules import AdoptRules, BuildRules, RetireRules, VerifyRules
from goldsmith.verification import VerifyFacts

AnyFacts = AdoptFacts | BuildFacts | CompleteFacts | DistributeFacts | PromoteFacts | RetireFacts | VerifyFacts
AnyRules = AdoptRules | BuildRules | RetireRules | VerifyRules
Facts = Annotated[AnyFacts, Field(discriminator="verb")]


class Decision(Model):
    """A verdict with all that it was made from: one piece of evidence."""

    facts: Facts
    rules: AnyRules | None
    verdict: Verdict
    decided_at: datetime


class Decisions(Model):
    """A decision on each of a batch."""

    decisions: tuple[Decision, ...]


def decide_each(batch: Batch, now: datetime) -> Decisions:
    return Decisions(decisions=tuple(decide(facts, now) for facts in batch.batch))


def decide(facts: AnyFacts, now: datetime) -> Decision:
    rules: AnyRules | None
    match facts:
        case AdoptFacts():
            rules = AdoptRules()
            verdict = may_adopt(facts, rules, now)
        case BuildFacts():
            rules = BuildRules()
            verdict = may_build(facts, rules, now)
        case VerifyFacts():
            rules = VerifyRules()
            verdict = may_verify(facts, rules, now)
        case CompleteFacts():
            rules = None
            verdict = may_move_on(facts)
        case DistributeFacts():
            rules = None
            verdict = may_go_out(facts)
        case PromoteFacts():
            rules = None
            verdict = may_promote(facts)
        case RetireFacts():
            rules = RetireRules()
            verdict = may_retire(facts, rules, now)
    return Decision(facts=facts, rules=rules, verdict=verdict, decided_at=now)
