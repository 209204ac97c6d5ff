"""May this version move on?  Only when the image of every architecture is there."""

from goldsmith.model import Verdict
from goldsmith.values.outcome import CompleteFacts
from goldsmith.vocabulary import Reason


def may_move_on(facts: CompleteFacts) -> Verdict:
    """One that failed sinks the version, and so does one of which nothing is known."""
    made = {each.architecture for each in facts.outcomes if each.made and not each.failure}
    return Verdict.unless(
        (not facts.expected, Reason.UNSEEN),
        (not set(facts.expected) <= made, Reason.NOT_BUILT),
    )
