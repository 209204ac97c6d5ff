"""The rules that a decision of a sweep was made by: what carries it out has no others."""

from goldsmith.errors import NeedsAPerson
from goldsmith.policy.decide import Decision
from goldsmith.rules import RetireRules


def rules_of(decision: Decision) -> RetireRules:
    """NeedsAPerson if it was made by other rules than those of a retirement."""
    if not isinstance(decision.rules, RetireRules):
        raise NeedsAPerson("one of these decisions was not made by the rules of a retirement")
    return decision.rules
