"""The words of this project.  Each has one meaning and one spelling: in code, tags, events and docs."""

from enum import StrEnum


class Verb(StrEnum):
    """What is done to an image.  Each is a workflow, a policy and the first word of its runs' names."""

    ADOPT = "adopt"


class EventType(StrEnum):
    """What is said on Goldsmith's bus: the `detail-type` of its events."""

    ADOPTION_REQUESTED = "Adoption Requested"
    IMAGE_ADOPTED = "Image Adopted"
    IMAGE_REFUSED = "Image Refused"
    RUN_ENDED = "Run Ended"


class Kind(StrEnum):
    """What a run can wait for."""

    IMAGE = "image"


class Tag(StrEnum):
    """The tags that Goldsmith writes and reads."""

    IMAGE = "goldsmith:image"
    FAMILY = "goldsmith:family"
    STAGE = "goldsmith:stage"
    RUN = "goldsmith:run"
    HOLD = "goldsmith:hold"


class Reason(StrEnum):
    """Why a verdict says no."""

    UNSEEN = "unseen"
    NOT_AVAILABLE = "not_available"
    NOT_OWNED = "not_owned"
    PUBLIC = "public"
    NO_FAMILY = "no_family"
    ALREADY_STAGED = "already_staged"
    MADE_BY_A_RUN = "made_by_a_run"
    COPY_OF_OURS = "copy_of_ours"
    TOO_OLD = "too_old"
    IMPLAUSIBLE = "implausible"
    IN_USE = "in_use"
    TOO_YOUNG = "too_young"
    LAUNCHED_LATELY = "launched_lately"
    AMONG_NEWEST = "among_newest"
    LAST_GOOD = "last_good"
    PROTECTED = "protected"
    HELD = "held"
    NOT_SETTLED = "not_settled"
