"""Carry out what was decided on a distribution: what arrived is distributed, what did not is noted to be caught up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goldsmith.act.move_stage import advance
from goldsmith.errors import NeedsAPerson
from goldsmith.ledger.missing_copies import MissingCopy, missing_copies
from goldsmith.ledger.table import Ledger
from goldsmith.lifecycle import Deed
from goldsmith.policy.decide import Decision
from goldsmith.values.distribute import ApplyDistribute, DistributeFacts, DistributeReport, LegFacts, Missing, There


@dataclass(frozen=True)
class DistributeApplier:
    client: Callable[[str, str], Any]
    ledger: Ledger
    now: datetime

    def apply(self, asked: ApplyDistribute) -> DistributeReport:
        """Doing it twice changes nothing."""
        decision = Decision.model_validate(asked.decision)
        facts, route = decision.facts, asked.route
        if not isinstance(facts, DistributeFacts):
            raise NeedsAPerson(f"{route.run}: this decision is not one on a distribution")
        held = [leg for leg in facts.legs if leg.holds]
        missing = tuple(_missing(leg) for leg in facts.legs if not leg.holds)
        if decision.verdict.allowed:
            for image in (leg.image for leg in held if leg.image):
                advance(image, Deed.DISTRIBUTE, ec2=self.client("ec2", image.region), now=self.now)
            missing_copies(self.ledger).note(
                MissingCopy(family=route.family, version=route.version, missing=missing), self.now
            )
        return DistributeReport(
            run=route.run,
            family=route.family,
            version=route.version,
            owner=route.owner,
            images=tuple(_there(held)),
            missing=missing,
        )


def _there(held: list[LegFacts]) -> Iterator[There]:
    for leg in held:
        if leg.image:
            place = leg.image.model_dump()
            yield There(architecture=leg.architecture, name=leg.name, **place)


def _missing(leg: LegFacts) -> Missing:
    if leg.failure:
        error, cause = leg.failure.error, leg.failure.cause
    else:
        error, cause = "NotAsWanted", "; ".join(_faults(leg))
    return Missing(region=leg.region, architecture=leg.architecture, error=error, cause=cause)


def _faults(leg: LegFacts) -> Iterator[str]:
    """What is wrong with an AMI that is there, a sentence each."""
    yield from leg.unseen
    if leg.image is None:
        yield "there is no copy"
        return
    name = leg.image.image_id
    if leg.state != "available":
        yield f"{name} is {leg.state or 'not shown'}"
    if leg.encrypted is False:
        yield f"a snapshot of {name} is not encrypted: let its builder encrypt it with a key of yours"
    if leg.untagged:
        yield f"{name} or a snapshot of it lacks {', '.join(leg.untagged)}"
    if leg.unshared:
        yield f"{name} is not shared with {', '.join(leg.unshared)}"
