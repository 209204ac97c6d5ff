"""Has a newer version taken this one's place?  Its clock begins: nothing else happens to it."""

from goldsmith.model import Verdict
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason, Stage

FROM = frozenset({Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED})


def may_supersede(facts: RetireFacts) -> Verdict:
    return Verdict.unless(
        (bool(facts.unseen), Reason.UNSEEN),
        (not facts.concerned or any(not copy.ours for copy in facts.copies), Reason.NOT_OURS),
        (facts.stage not in FROM, Reason.WRONG_STAGE),
        (bool(facts.channels), Reason.IN_CHANNEL),
        (not facts.replaced, Reason.NOT_REPLACED),
    )
