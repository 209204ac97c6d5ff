"""Which policy answers for which step of a retirement, and which versions come first where not all can."""

from collections.abc import Iterable
from datetime import datetime

from goldsmith.model import Verdict
from goldsmith.policy.announce import may_announce
from goldsmith.policy.deprecate import may_deprecate
from goldsmith.policy.deregister import may_deregister
from goldsmith.policy.disable import may_disable
from goldsmith.policy.postpone import may_prolong
from goldsmith.policy.supersede import may_supersede
from goldsmith.rules import RetireRules
from goldsmith.values.retire import LASTING, RetireFacts, RetireStep


def may_retire(facts: RetireFacts, rules: RetireRules, now: datetime) -> Verdict:
    match facts.step:
        case RetireStep.SUPERSEDE:
            return may_supersede(facts)
        case RetireStep.PROLONG:
            return may_prolong(facts)
        case RetireStep.ANNOUNCE:
            return may_announce(facts, rules, now)
        case RetireStep.DEPRECATE:
            return may_deprecate(facts, rules, now)
        case RetireStep.DISABLE:
            return may_disable(facts, rules, now)
        case RetireStep.DEREGISTER:
            return may_deregister(facts, rules, now)


def over_cap(wanted: Iterable[RetireFacts], rules: RetireRules, now: datetime) -> set[tuple[str, str]]:
    """Family and version of those that are too many for one sweep, or of one family; those longest due stay in.

    Only what nothing else keeps takes a place.
    """
    allowed = [each for each in wanted if each.step in LASTING and may_retire(each, rules, now).allowed]
    families: dict[str, int] = {}
    over = set[tuple[str, str]]()
    for each in sorted(allowed, key=lambda one: (one.since or now, one.family, one.version)):
        of_family = families.get(each.family, 0)
        if sum(families.values()) < rules.max_sweep and of_family < rules.max_family:
            families[each.family] = of_family + 1
        else:
            over.add((each.family, each.version))
    return over
