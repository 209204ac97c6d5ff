"""The words of this project.  Each has one meaning and one spelling: in code, tags, events and docs."""

from enum import StrEnum


class Verb(StrEnum):
    """What is done to an image.  Each is a workflow and the first word of its runs' names."""

    ADOPT = "adopt"
    BUILD = "build"
    VERIFY = "verify"


class EventType(StrEnum):
    """What is said on Goldsmith's bus: the `detail-type` of its events."""

    ADOPTION_REQUESTED = "Adoption Requested"
    IMAGE_ADOPTED = "Image Adopted"
    IMAGE_REFUSED = "Image Refused"
    RECIPE_ACCEPTED = "Recipe Accepted"
    RECIPE_REFUSED = "Recipe Refused"
    BUILD_REQUESTED = "Build Requested"
    BUILD_ADMITTED = "Build Admitted"
    BUILD_REFUSED = "Build Refused"
    IMAGE_BUILT = "Image Built"
    BUILD_FAILED = "Build Failed"
    VERIFICATION_REQUESTED = "Verification Requested"
    IMAGE_VERIFIED = "Image Verified"
    IMAGE_REJECTED = "Image Rejected"
    RUN_ENDED = "Run Ended"


class Kind(StrEnum):
    """What a run can wait for."""

    IMAGE = "image"
    HOST = "host"
    COMMAND = "command"
    INSTANCE = "instance"
    STATUS = "status"
    SCAN = "scan"


class Stage(StrEnum):
    """Where an image stands.  `lifecycle.py` says which verb leads from which to which."""

    CANDIDATE = "candidate"
    FAILED = "failed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    RELEASED = "released"


class Tag(StrEnum):
    """The tags that Goldsmith writes and reads."""

    IMAGE = "goldsmith:image"
    FAMILY = "goldsmith:family"
    VERSION = "goldsmith:version"
    ARCH = "goldsmith:arch"
    STAGE = "goldsmith:stage"
    STAGE_SINCE = "goldsmith:stage-since"
    STAGE_BEFORE = "goldsmith:stage-before"
    OWNER = "goldsmith:owner"
    ENVIRONMENT = "goldsmith:environment"
    INTENDED_USE = "goldsmith:intended-use"
    RUN = "goldsmith:run"
    RECIPE_SHA = "goldsmith:recipe-sha"
    SOURCE_COMMIT = "goldsmith:source-commit"
    SOURCE_IMAGE = "goldsmith:source-image"
    SOURCE_REGION = "goldsmith:source-region"
    BASE_IMAGE = "goldsmith:base-image"
    BASE_OS = "goldsmith:base-os"
    BUILD_DATE = "goldsmith:build-date"
    EXPIRES = "goldsmith:expires"
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
    WAS_OURS = "was_ours"
    NOT_HOME = "not_home"
    NO_ARCHITECTURE = "no_architecture"
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
    NO_RECIPE = "no_recipe"
    ALREADY_RUNNING = "already_running"
    PUBLIC_NOT_BLOCKED = "public_not_blocked"
    FROZEN = "frozen"
    NOTHING_CHANGED = "nothing_changed"
    TOO_MANY_FAILURES = "too_many_failures"
    NOT_BUILT = "not_built"
    ALREADY_BUILT = "already_built"
    RECIPE_CHANGED = "recipe_changed"
    BASE_CHANGED = "base_changed"
    NOT_OURS = "not_ours"
    NOT_SCANNED = "not_scanned"
    FINDINGS_LOST = "findings_lost"
    NOT_TESTED = "not_tested"
    TEST_FAILED = "test_failed"
    TWINS_ALIKE = "twins_alike"
    TWINS_DIFFER = "twins_differ"
    FIXABLE_FINDING = "fixable_finding"
    KNOWN_EXPLOITED = "known_exploited"
    LIKELY_EXPLOITED = "likely_exploited"
    THREAT_UNKNOWN = "threat_unknown"
    WAIVER_EXPIRED = "waiver_expired"
    OVER_BUDGET = "over_budget"
    OVER_RELEASED = "over_released"
    WORSE_THAN_RELEASED = "worse_than_released"
