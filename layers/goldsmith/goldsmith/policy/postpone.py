"""May the date at which EC2 would deprecate an image by itself be moved ahead?  It is wanted, so it must not pass."""

from goldsmith.model import Verdict
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason, Stage

FROM = frozenset({Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED, Stage.SUPERSEDED})


def may_prolong(facts: RetireFacts) -> Verdict:
    return Verdict.unless(
        (not facts.concerned or any(not copy.ours for copy in facts.copies), Reason.NOT_OURS),
        (facts.stage not in FROM, Reason.WRONG_STAGE),
    )
