"""Has this version arrived?  Every region that the recipe requires must have it, whole."""

from goldsmith.model import Verdict
from goldsmith.values.distribute import DistributeFacts
from goldsmith.vocabulary import Reason


def may_go_out(facts: DistributeFacts) -> Verdict:
    """A best-effort region that has not got it objects to nothing: it is caught up later, without a rebuild."""
    required = [leg for leg in facts.legs if not leg.best_effort]
    there = [leg for leg in required if leg.image is not None and leg.state == "available"]
    failed = any(leg.failure for leg in required)
    nowhere = not any(leg.holds for leg in facts.legs)
    return Verdict.unless(
        (not facts.legs or any(leg.unseen for leg in required), Reason.UNSEEN),
        (len(there) < len(required) or failed or (nowhere and not there), Reason.NOT_ARRIVED),
        (any(leg.encrypted is False for leg in there), Reason.NOT_ENCRYPTED),
        (any(leg.untagged for leg in there), Reason.NOT_TAGGED),
        (any(leg.unshared for leg in there), Reason.NOT_SHARED),
    )
