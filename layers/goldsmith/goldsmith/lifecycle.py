"""The life of an image: which deed leads from which stage to which.  Nothing changes a stage but by this table.

None is where an image comes from: before its birth it has no stage.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from goldsmith.errors import NeedsAPerson
from goldsmith.vocabulary import Stage, Tag


class Deed(StrEnum):
    """What changes a stage."""

    MAKE = "make"  # a build creates the image
    FAIL = "fail"  # its run ended without it being wanted
    CLAIM = "claim"  # a later attempt at the same version takes it on
    ADOPT = "adopt"  # an AMI of another builder becomes one of ours
    VERIFY = "verify"  # scanned, tested, and nothing was held against it
    REJECT = "reject"  # something was
    COPY = "copy"  # of a verified image, to another region
    SPOIL = "spoil"  # that copy came to nothing
    DISTRIBUTE = "distribute"  # it is in every region that must have it
    RELEASE = "release"  # a channel points to it
    SUPERSEDE = "supersede"  # no channel does any more, or never did, and a newer one is released
    DEPRECATE = "deprecate"  # only who knows its id finds it
    DISABLE = "disable"  # the brown-out: nothing is launched from it any more
    RESTORE = "restore"  # somebody needed it
    DEREGISTER = "deregister"  # it is gone, and for a while its tombstone and the Recycle Bin bring it back
    UNDO = "undo"  # they did


TABLE: Final[dict[tuple[Deed, Stage | None], Stage]] = {
    (Deed.MAKE, None): Stage.CANDIDATE,
    (Deed.FAIL, Stage.CANDIDATE): Stage.FAILED,
    (Deed.CLAIM, Stage.CANDIDATE): Stage.CANDIDATE,  # the end of its run was never told
    (Deed.CLAIM, Stage.FAILED): Stage.CANDIDATE,
    (Deed.ADOPT, None): Stage.CANDIDATE,
    **{(Deed.VERIFY, stage): Stage.VERIFIED for stage in (Stage.CANDIDATE, Stage.VERIFIED, Stage.REJECTED)},
    **{(Deed.REJECT, stage): Stage.REJECTED for stage in (Stage.CANDIDATE, Stage.VERIFIED, Stage.REJECTED)},
    (Deed.COPY, None): Stage.VERIFIED,
    (Deed.SPOIL, Stage.VERIFIED): Stage.FAILED,
    (Deed.DISTRIBUTE, Stage.VERIFIED): Stage.DISTRIBUTED,
    (Deed.RELEASE, Stage.DISTRIBUTED): Stage.RELEASED,
    (Deed.RELEASE, Stage.SUPERSEDED): Stage.RELEASED,  # a channel was set back to it
    **{(Deed.SUPERSEDE, s): Stage.SUPERSEDED for s in (Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED)},
    (Deed.DEPRECATE, Stage.SUPERSEDED): Stage.DEPRECATED,
    **{(Deed.DISABLE, s): Stage.DISABLED for s in (Stage.DEPRECATED, Stage.REJECTED, Stage.FAILED)},
    (Deed.RESTORE, Stage.DISABLED): Stage.DEPRECATED,  # or back to the stage before, see BACK; its clock begins anew
    **{(Deed.DEREGISTER, s): Stage.DEREGISTERED for s in (Stage.DISABLED, Stage.FAILED)},
    (Deed.UNDO, Stage.DEREGISTERED): Stage.DEPRECATED,  # the same
}
ASIDE: Final = frozenset({Stage.REJECTED, Stage.FAILED})  # what was never good: a line of its own
BACK: Final = frozenset({Stage.DEPRECATED, Stage.REJECTED, Stage.FAILED})  # what was disabled goes back to where it was


def leads(deed: Deed, stage: str | None) -> bool:
    """Whether the deed may be done to an image in this stage."""
    return (deed, stage) in TABLE


def moved(deed: Deed, stage: str | None, now: datetime, *, was: str | None = None) -> dict[Tag, str]:
    """The tags of an image that the deed is done to; NeedsAPerson if the table has no such step.

    `was` is the stage before, to which what is restored goes back.
    """
    if not leads(deed, stage):
        raise NeedsAPerson(f"no {deed} leads anywhere from stage {stage or 'none'}: see lifecycle.py")
    after = TABLE[deed, None if stage is None else Stage(stage)]
    if deed in {Deed.RESTORE, Deed.UNDO} and was in BACK:
        after = Stage(was)
    before = {} if stage is None else {Tag.STAGE_BEFORE: stage}
    return {Tag.STAGE: after, Tag.STAGE_SINCE: now.isoformat(timespec="seconds")} | before
