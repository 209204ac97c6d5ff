"""Versions on their way out that nothing objects to, and all that keeps any of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from goldsmith.model import ImageRef
from goldsmith.rules import RetireRules
from goldsmith.values.retire import Copy, OrphanFacts, RetireFacts, RetireStep, UsageReport
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Reason, Stage

NOW: Final = datetime(2026, 11, 26, 10, tzinfo=UTC)
RULES: Final = RetireRules()
SECOND: Final = timedelta(seconds=1)
USE: Final = Use(kind="instance", arn="arn:aws:ec2:us-east-1:1:instance/i-1", how="its image")
Change = Mapping[str, Any]


def days(number: float) -> datetime:
    return NOW - timedelta(days=number)


def report(**change: Any) -> UsageReport:
    return UsageReport(report_id="amiur-1", state="available", created=days(1)).model_copy(update=change)


def copy(stage: Stage, region: str = "us-east-1", **change: Any) -> Copy:
    """One of ours that came to its stage 40 days ago, was reported on yesterday, and can be brought back."""
    made = Copy(
        image=ImageRef(image_id=f"ami-{region}", account="111111111111", region=region),
        name="webapp-2026.01.01-x86_64",
        architecture="x86_64",
        state="disabled" if stage is Stage.DISABLED else "available",
        stage=stage,
        since=days(40),
        was=Stage.DEPRECATED if stage is Stage.DISABLED else "",
        protection="disabled" if stage is Stage.DISABLED else "enabled-with-cooldown",
        ours=True,
        snapshots=("snap-1",),
        reports=(report(),),
        recycled=(30, 30),
    )
    return made.model_copy(update=change)


STAGES: Final = {
    RetireStep.SUPERSEDE: Stage.RELEASED,
    RetireStep.PROLONG: Stage.RELEASED,
    RetireStep.ANNOUNCE: Stage.SUPERSEDED,
    RetireStep.DEPRECATE: Stage.SUPERSEDED,
    RetireStep.DISABLE: Stage.DEPRECATED,
    RetireStep.DEREGISTER: Stage.DISABLED,
}


def facts(step: RetireStep, one: Change | None = None, **change: Any) -> RetireFacts:
    """Two copies, of which the second is changed by `one`; the rest by `change`."""
    stage = change.get("stage", STAGES[step])
    made = RetireFacts(
        step=step,
        family="webapp",
        version="2026.01.01",
        stage=stage,
        since=days(40),
        grace=30,
        announced=days(20),
        notice=16,
        copies=(copy(stage), copy(stage, "eu-west-1", **(one or {}))),
        newer=3,
        keep=3,
        replaced=True,
        told=True,
    )
    return made.model_copy(update=change)


STAYS: Final[dict[Reason, list[tuple[Change, Change]]]] = {  # changes of one copy, and of the rest
    Reason.UNSEEN: [({}, {"unseen": ("1 us-east-1 Batch: denied",)}), ({"unreadable": "'last spring' is no date"}, {})],
    Reason.IMPLAUSIBLE: [({}, {"implausible": ("1 us-east-1 images: 3 after 40",)})],
    Reason.NOT_OURS: [({"ours": False}, {})],
    Reason.PUBLIC: [({"public": True}, {})],
    Reason.IN_CHANNEL: [({}, {"channels": ("/goldsmith/webapp/production/x86_64",)})],
    Reason.IN_USE: [({}, {"used_by": (USE,)})],
    Reason.LAUNCHED_LATELY: [({"launched": days(1)}, {}), ({"launched": days(30) + SECOND}, {})],
    Reason.AMONG_NEWEST: [({}, {"newer": 2}), ({}, {"newer": 0, "keep": 1})],
    Reason.LAST_GOOD: [({}, {"last_good": True})],
    Reason.HELD: [
        ({"hold": "the audit"}, {}),
        ({"hold": "2026-11-26"}, {}),
        ({"hold": "2027-03-31 the audit"}, {}),
        ({"hold": "2026-13-31 no day of any year"}, {}),
    ],
    Reason.SNOOZED: [({"snooze": "2026-11-26"}, {}), ({"snooze": "until we know"}, {})],
    Reason.TOO_YOUNG: [({}, {"since": None}), ({}, {"since": days(30) + SECOND}), ({}, {"since": days(-1)})],
}
STAYING: Final = [(reason, one, rest) for reason, changes in STAYS.items() for one, rest in changes]
FINE: Final[list[tuple[Change, Change]]] = [
    ({}, {}),
    ({"launched": days(30)}, {}),
    ({"hold": "2026-11-25 the audit"}, {}),
    ({"snooze": "2026-11-25"}, {}),
    ({}, {"since": days(30)}),
    ({}, {"newer": 9}),
]


def orphan(**change: Any) -> OrphanFacts:
    """A snapshot that its image left behind 40 days ago."""
    made = OrphanFacts(
        family="webapp",
        version="2026.01.01",
        snapshot_id="snap-1",
        image_id="ami-1",
        ours=True,
        account="111111111111",
        region="us-east-1",
        stage=Stage.DISABLED,
        since=days(40),
        recycled_days=30,
    )
    return made.model_copy(update=change)
