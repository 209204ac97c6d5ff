"""Copies of a version on its way out, as the product reads them from EC2 in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from goldsmith.act.retire.steps import Steps
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.images import image_of
from goldsmith.gather.retire.timetable import since
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.model import Model
from goldsmith.pace import Paces
from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, RegionInventory, copy_of
from goldsmith.values.retire import AccountRegion, Copy, RetireFacts, RetireStep, UsageReport
from goldsmith.vocabulary import EventType, Stage, Tag
from tests.act.conftest import NOW
from tests.act.place import Ami
from tests.act.place_deeds import Ec2

OWNER: Final = {"team": "web", "email": "web@example.com", "slack": "#web"}
LONG_AGO: Final = datetime(2026, 8, 1, tzinfo=UTC)
RULES: Final = tuple(
    BinRule(kind=kind, days=30, tags=tuple((Tag.STAGE.value, stage.value) for stage in Stage))
    for kind in (IMAGES, SNAPSHOTS)
)
SHARED: Final = (
    {"UserId": "111122223333"},
    {"OrganizationArn": "arn:aws:organizations::123456789012:organization/o-1234567890"},
    {"OrganizationalUnitArn": "arn:aws:organizations::123456789012:ou/o-1234567890/ou-1234-12345678"},
)
Said = list[tuple[EventType, Any]]


def ami(stage: Stage, version: str = "2026.05.01", image_id: str = "", **more: Any) -> Ami:
    """With one snapshot; in EC2's state that goes with its stage, unless another is given."""
    image_id = image_id or f"ami-{version.replace('.', ''):0>17}"
    tags = {
        Tag.IMAGE: image_id, Tag.FAMILY: "webapp", Tag.VERSION: version, Tag.RUN: "build-webapp-1", Tag.STAGE: stage,
        Tag.STAGE_SINCE: LONG_AGO.isoformat(), Tag.STAGE_BEFORE: more.pop("was", Stage.DEPRECATED),
    }  # fmt: skip
    held = {key.value: str(value) for key, value in tags.items()}
    known = {"snapshots": (f"snap-{image_id[4:]}",), "state": "disabled" if stage is Stage.DISABLED else "available"}
    return Ami(id=image_id, tags=held, **(known | more))


def seen(ec2: Ec2, **more: Any) -> RegionInventory:
    reader = RegionReader(ec2.account, ec2.region, lambda _: ec2)
    return RegionInventory(
        account_region=AccountRegion(account=ec2.account, region=ec2.region),
        images=tuple(image_of(reader, each) for each in ec2.describe_images()["Images"]),
        snapshots=ec2.snapshots,
        reports={
            image: tuple(
                UsageReport(report_id=f"{image}-{token}", state="available", created=at) for token, at in each.items()
            )
            for image, each in ec2.asked.items()
        },
        bin_rules=RULES,
        binned=tuple(each for each in ec2.bin if each.startswith("ami-")),
        **more,
    )


def copies(ec2: Ec2) -> tuple[Copy, ...]:
    there = seen(ec2)
    return tuple(copy_of(each, there) for each in there.images)


def facts(step: RetireStep, found: tuple[Copy, ...], **more: Any) -> RetireFacts:
    stage = Stage(found[0].stage)
    known = {"family": "webapp", "version": "2026.05.01", "owner": OWNER, "newer": 9, "told": True}
    return RetireFacts(step=step, stage=stage, since=since(found, stage), copies=found, **(known | more))


def take(step: RetireStep, ec2: Ec2, evidence: Evidence, found: tuple[Copy, ...] = (), now: datetime = NOW) -> None:
    """The step is done to all copies there, or to these as they were once read."""
    found = found or copies(ec2)
    steps = Steps(ec2, evidence, Paces(clock=lambda: 0.0, sleep=lambda _: None), now)
    for each in found:
        steps.take(facts(step, found), each)


def sayer(said: Said) -> Any:
    def say(kind: EventType, told: Model) -> None:
        said.append((kind, told))

    return say


def later(**time: float) -> datetime:
    return NOW + timedelta(**time)
