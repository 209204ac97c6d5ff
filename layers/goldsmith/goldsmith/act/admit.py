"""Ask whether a build may be started, and say the answer.  Whoever starts it hears that; nobody is started here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from goldsmith.gather.admit.facts import Gatherer
from goldsmith.model import Event, Model
from goldsmith.policy.decide import Decision, decide
from goldsmith.values.admit import Asked
from goldsmith.vocabulary import EventType


class AdmitReport(Model):
    """The detail of `Build Admitted` and `Build Refused`."""

    family: str
    again: bool
    requested: dict[str, Any]
    decision: Decision


def admit(
    event: Event, *, gatherer: Gatherer, say: Callable[[EventType, AdmitReport], None], now: datetime
) -> AdmitReport:
    """The request comes back with the decision, so that nothing has to be looked up to understand it."""
    asked = Asked.model_validate(event.detail)
    decision = decide(gatherer.gather(asked, now), now)
    allowed = decision.verdict.allowed
    answer = AdmitReport(family=asked.family, again=allowed, requested=event.detail, decision=decision)
    say(EventType.BUILD_ADMITTED if allowed else EventType.BUILD_REFUSED, answer)
    return answer
