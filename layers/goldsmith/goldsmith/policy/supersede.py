"""Has a newer version taken this one's place?  Its clock begins: nothing else happens to it."""

from goldsmith.lifecycle import Deed, leads
from goldsmith.model import Verdict
from goldsmith.values.retire import RetireFacts
from goldsmith.vocabulary import Reason


def may_supersede(facts: RetireFacts) -> Verdict:
    return Verdict.unless(
        (bool(facts.unseen), Reason.UNSEEN),
        (not facts.concerned or any(not copy.ours for copy in facts.copies), Reason.NOT_OURS),
        (not leads(Deed.SUPERSEDE, facts.stage), Reason.WRONG_STAGE),
        (bool(facts.channels), Reason.IN_CHANNEL),
        (not facts.replaced, Reason.NOT_REPLACED),
    )
