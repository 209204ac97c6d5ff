"""What comes next for a version, and when: which step follows which stage after how many days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from goldsmith.lifecycle import ASIDE
from goldsmith.model import Model
from goldsmith.recipe.retirement import Hours, Retirement
from goldsmith.values.retire import Copy, RetireStep
from goldsmith.vocabulary import Stage

WAY: Final = (
    Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED, Stage.SUPERSEDED, Stage.DEPRECATED, Stage.DISABLED,
)  # fmt: skip
GOOD: Final = frozenset(WAY[:4])
DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


class Next(Model):
    """A step, the days that must pass before it, and the moment at which they have."""

    step: RetireStep
    grace: int = 0
    notice: int = 0
    at: datetime | None = None


def stage_of(copies: Sequence[Copy]) -> Stage | None:
    """Where a version stands: where its copies disagree after a crash, the one least far; None: nothing to retire."""
    stages = {copy.stage for copy in copies}
    return next((stage for stage in (*sorted(ASIDE), *WAY) if stage in stages), None)


def since(copies: Sequence[Copy], stage: Stage) -> datetime | None:
    """The latest date at which one of them came to the stage; None if one does not say."""
    dates = [copy.since for copy in copies if copy.stage == stage]
    known = [each for each in dates if each]
    return max(known) if known and len(known) == len(dates) else None


def following(copies: Sequence[Copy], announced: datetime | None, rules: Retirement) -> Next | None:
    """The next step on the way out, whoever may object; None for what is good and for what is no more."""
    stage = stage_of(copies)
    if stage is None or (stage in GOOD and stage is not Stage.SUPERSEDED):
        return None
    step, grace, notice = _step(stage, copies, announced, rules)
    begun = since(copies, stage)
    ready = [begun + timedelta(days=grace)] if begun else []
    ready += [announced + timedelta(days=notice)] if announced and notice else []
    if stage is Stage.DISABLED and any(copy.state == "available" for copy in copies if copy.stage == stage):
        ready = [begun] if begun else []  # enabled by hand: its tags are brought to agree at once
    return Next(step=step, grace=grace, notice=notice, at=max(ready) if begun else None)


def _step(
    stage: Stage, copies: Sequence[Copy], announced: datetime | None, rules: Retirement
) -> tuple[RetireStep, int, int]:
    """The step, the days in the stage before it, and the days of notice."""
    notice = rules.deprecate_days - rules.announce_days
    short = any(copy.was in ASIDE for copy in copies)
    lived = any(copy.state in {"available", "disabled"} for copy in copies)  # disabled: its step was not finished
    steps = {
        Stage.SUPERSEDED: (RetireStep.DEPRECATE, rules.deprecate_days, notice)
        if announced
        else (RetireStep.ANNOUNCE, rules.announce_days, notice),
        Stage.DEPRECATED: (RetireStep.DISABLE, rules.disable_days - rules.deprecate_days, 0),
        Stage.REJECTED: (RetireStep.DISABLE, rules.rejected_days, 0),
        Stage.FAILED: (RetireStep.DISABLE if lived else RetireStep.DEREGISTER, rules.rejected_days, 0),
        Stage.DISABLED: (
            RetireStep.DEREGISTER,
            rules.rejected_days if short else rules.deregister_days - rules.disable_days,
            0,
        ),
    }
    return steps[stage]


def is_at_work(hours: Hours | None, now: datetime) -> bool:
    """Whether somebody is there who would notice."""
    if hours is None:
        return True
    there = now.astimezone(hours.zone)
    return DAYS[there.weekday()] in hours.days and hours.starts <= there.hour < hours.ends
