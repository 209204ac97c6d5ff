"""Which policy answers for which facts, and what is kept of the answer."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import Field

from goldsmith.model import AdoptFacts, Model, Verdict
from goldsmith.policy.adopt import may_adopt
from goldsmith.policy.build import may_build
from goldsmith.policy.complete import may_move_on
from goldsmith.policy.distribute import may_go_out
from goldsmith.policy.orphan import may_delete
from goldsmith.policy.promote import may_promote
from goldsmith.policy.prune import may_prune
from goldsmith.policy.retire import may_retire
from goldsmith.policy.verify import may_verify
from goldsmith.rules import AdoptRules, BuildRules, RetireRules, VerifyRules
from goldsmith.values.admit import BuildFacts
from goldsmith.values.distribute import DistributeFacts
from goldsmith.values.outcome import CompleteFacts
from goldsmith.values.promote import PromoteFacts
from goldsmith.values.retire import Batch, OrphanFacts, PruneFacts, RetireFacts
from goldsmith.values.verify_facts import VerifyFacts

AnyFacts = (
    AdoptFacts
    | BuildFacts
    | CompleteFacts
    | DistributeFacts
    | OrphanFacts
    | PromoteFacts
    | PruneFacts
    | RetireFacts
    | VerifyFacts
)
AnyRules = AdoptRules | BuildRules | RetireRules | VerifyRules
F = TypeVar("F", bound=AnyFacts)
R = TypeVar("R", bound=AnyRules)
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


def of_kind(decisions: Iterable[Decision], kind: type[F]) -> list[tuple[Decision, F]]:
    """Those on facts of this kind, with them."""
    return [(each, each.facts) for each in decisions if isinstance(each.facts, kind)]


def decide_each(batch: Batch, now: datetime) -> Decisions:
    return Decisions(decisions=tuple(decide(facts, now) for facts in batch.batch))


def decide(facts: AnyFacts, now: datetime) -> Decision:
    match facts:
        case AdoptFacts():
            return _by_rules(may_adopt, facts, AdoptRules(), now)
        case BuildFacts():
            return _by_rules(may_build, facts, BuildRules(), now)
        case VerifyFacts():
            return _by_rules(may_verify, facts, VerifyRules(), now)
        case RetireFacts() | OrphanFacts() | PruneFacts():
            return _in_a_sweep(facts, now)
        case CompleteFacts():
            verdict = may_move_on(facts)
        case DistributeFacts():
            verdict = may_go_out(facts)
        case PromoteFacts():
            verdict = may_promote(facts)
    return Decision(facts=facts, rules=None, verdict=verdict, decided_at=now)


def _in_a_sweep(facts: RetireFacts | OrphanFacts | PruneFacts, now: datetime) -> Decision:
    match facts:
        case RetireFacts():
            return _by_rules(may_retire, facts, RetireRules(), now)
        case OrphanFacts():
            return _by_rules(may_delete, facts, RetireRules(), now)
        case PruneFacts():
            return _by_rules(may_prune, facts, RetireRules(), now)


def _by_rules(policy: Callable[[F, R, datetime], Verdict], facts: F, rules: R, now: datetime) -> Decision:
    return Decision(facts=facts, rules=rules, verdict=policy(facts, rules, now), decided_at=now)
