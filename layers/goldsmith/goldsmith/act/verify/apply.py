"""Carry out what the gate decided: every AMI of the version and its snapshots are verified, or rejected."""

from datetime import datetime, timedelta
from typing import Any

from goldsmith.act.move_stage import move_stage
from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import verification_of
from goldsmith.gate.blockers import objections
from goldsmith.lifecycle import Deed
from goldsmith.policy.decide import Decision
from goldsmith.rules import VerifyRules
from goldsmith.values.verify_facts import VerifyFacts
from goldsmith.values.verify_plan import ApplyVerify, VerifyReport


def apply_verify(asked: ApplyVerify, *, ec2: Any, now: datetime) -> VerifyReport:
    """One CreateTags for an AMI and its snapshots.  Doing it twice sets the same stage."""
    decision = Decision.model_validate(asked.decision)
    facts, rules = decision.facts, decision.rules
    if not isinstance(facts, VerifyFacts) or not isinstance(rules, VerifyRules):
        raise NeedsAPerson(f"{asked.trial.run}: this decision is not one of the gate's")
    allowed = decision.verdict.allowed
    for part in asked.trial.parts:
        move_stage(part.image, Deed.VERIFY if allowed else Deed.REJECT, ec2=ec2, now=now)
    trial = asked.trial
    until = now + timedelta(days=trial.rejected_days)
    return VerifyReport(
        run=trial.run,
        family=trial.family,
        version=trial.version,
        owner=trial.owner,
        images=tuple(
            {**each.image.model_dump(by_alias=True), "architecture": each.architecture, "name": each.name}
            for each in trial.parts
        ),
        evidence=verification_of(trial),
        objections=objections(facts, rules, decision.decided_at),
        cards=asked.cards,
        kept=asked.kept,
        kept_until="" if allowed else f"{until:%Y-%m-%d}",
    )
