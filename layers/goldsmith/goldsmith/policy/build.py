"""May this build be started?  `again` lifts what is only a waste; nothing lifts what is unsafe."""

from datetime import datetime

from goldsmith.model import Verdict
from goldsmith.rules import BuildRules
from goldsmith.values.admit import BuildFacts
from goldsmith.vocabulary import Reason


def may_build(facts: BuildFacts, rules: BuildRules, now: datetime) -> Verdict:
    """One build of a family at a time, of an accepted recipe, in an account where no image can be made public."""
    if facts.unseen:
        return Verdict.unless((True, Reason.UNSEEN))
    last = facts.newest
    same = last is not None and (last.recipe_sha, last.bases) == (facts.recipe_sha, facts.bases)
    young = last is not None and now - last.built < rules.fresh
    frozen = any(each.starts <= now.date() <= each.ends for each in facts.freezes)
    return Verdict.unless(
        (facts.recipe_sha is None, Reason.NO_RECIPE),
        (facts.public_access != "block-new-sharing", Reason.PUBLIC_NOT_BLOCKED),
        (facts.running is not None, Reason.ALREADY_RUNNING),
        (frozen and not facts.again, Reason.FROZEN),
        (same and young and not facts.again, Reason.NOTHING_CHANGED),
        (facts.failures >= rules.max_failures and not facts.again, Reason.TOO_MANY_FAILURES),
    )
