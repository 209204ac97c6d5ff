"""May a channel point to this version?  Never backwards, and only to what is there."""

from goldsmith.model import Verdict
from goldsmith.values.promote import POINTER, PointerFacts, PromoteFacts
from goldsmith.values.versions import newness
from goldsmith.vocabulary import Reason, Stage

CAN_BE_RELEASED = frozenset({Stage.DISTRIBUTED, Stage.RELEASED})


def may_promote(facts: PromoteFacts) -> Verdict:
    """A best-effort region without it objects to nothing: its pointer is set when the copy has been caught up."""
    required = [each for each in facts.pointers if not each.best_effort]
    return Verdict.unless(
        (not facts.pointers or any(each.unseen for each in required), Reason.UNSEEN),
        (any(not is_there(each) for each in required if not each.unseen), Reason.NOT_DISTRIBUTED),
        (any(is_in_the_way(each) for each in facts.pointers), Reason.NOT_A_POINTER),
        (any(is_newer(each, facts.version) for each in facts.pointers), Reason.NEWER_THERE),
    )


def is_there(pointer: PointerFacts) -> bool:
    return pointer.image is not None and pointer.stage in CAN_BE_RELEASED


def is_in_the_way(pointer: PointerFacts) -> bool:
    """A parameter of another data type would take any text, and its readers would launch it."""
    return pointer.data_type not in {"", POINTER}


def is_newer(pointer: PointerFacts, version: str) -> bool:
    return bool(pointer.current_version) and newness(pointer.current_version) > newness(version)


def can_be_set(pointer: PointerFacts) -> bool:
    return is_there(pointer) and not pointer.unseen
