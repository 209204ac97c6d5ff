"""EC2 in one region, in memory: what is there, and what a retirement reads of it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.act.conftest import ACCOUNT, NOW, REGION

BINNED: Final = timedelta(days=30)
Answer = dict[str, Any]


@dataclass
class Ami:
    id: str
    tags: dict[str, str]
    state: str = "available"
    snapshots: tuple[str, ...] = ()
    permissions: list[dict[str, str]] = field(default_factory=list)
    protection: str = "disabled"
    protected_until: datetime | None = None
    deprecated_at: datetime | None = None
    launched: datetime | None = None

    @property
    def stage(self) -> str:
        return self.tags.get("goldsmith:stage", "")


def refused(code: str, operation: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, operation)


@dataclass
class Reads:
    """What `Ec2` shows (`place_deeds.py`)."""

    account: str = ACCOUNT
    region: str = REGION
    clock: Callable[[], datetime] = lambda: NOW
    images: dict[str, Ami] = field(default_factory=dict)
    snapshots: dict[str, dict[str, str]] = field(default_factory=dict)
    bin: dict[str, tuple[Any, datetime]] = field(default_factory=dict)
    asked: dict[str, dict[str, datetime]] = field(
        default_factory=dict
    )  # when reports were asked for, by image and token
    users: dict[str, str] = field(default_factory=dict)  # the ARN of what refers to an image
    calls: list[tuple[str, str]] = field(default_factory=list)
    refuses: dict[tuple[str, str], str] = field(default_factory=dict)
    dies_before: int = 0
    dies_after: int = 0
    role: str = ""  # of member-account.yaml; without one everything is allowed
    meta: Any = field(default_factory=lambda: SimpleNamespace(service_model=SimpleNamespace(protocol="ec2")))

    def put(self, ami: Ami) -> Ami:
        self.images[ami.id] = ami
        self.snapshots |= {each: dict(ami.tags) for each in ami.snapshots}
        return ami

    def standing(self) -> Answer:
        """All that is there, to be compared."""
        return deepcopy({"images": self.images, "snapshots": self.snapshots, "bin": self.bin, "asked": self.asked})

    def done(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    # ── reads ──

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=lambda **asked: [getattr(self, operation)(**asked)])

    def describe_images(self, ImageIds: Any = None, Filters: Any = (), **_: Any) -> Answer:  # noqa: N803
        found = [self._image(each) for each in ImageIds] if ImageIds else list(self.images.values())
        wanted = {each["Name"]: each["Values"] for each in Filters}
        return {"Images": [self._shown(each) for each in found if _matches(each, wanted)]}

    def _shown(self, ami: Ami) -> Answer:
        dates = {"LastLaunchedTime": ami.launched, "DeprecationTime": ami.deprecated_at}
        return {
            "ImageId": ami.id,
            "Name": f"image-{ami.id}",
            "OwnerId": self.account,
            "State": ami.state,
            "Architecture": "x86_64",
            "CreationDate": "2026-01-01T00:00:00.000Z",
            "Public": {"Group": "all"} in ami.permissions,
            "DeregistrationProtection": ami.protection,
            "Tags": [{"Key": key, "Value": value} for key, value in ami.tags.items()],
            "BlockDeviceMappings": [{"Ebs": {"SnapshotId": each}} for each in ami.snapshots],
        } | {key: date.isoformat() for key, date in dates.items() if date}

    def describe_image_references(self, ImageIds: list[str], **_: Any) -> Answer:  # noqa: N803
        used = [each for each in ImageIds if each in self.users]
        kind = "ec2:Instance"
        return {"ImageReferences": [{"ImageId": e, "ResourceType": kind, "Arn": self.users[e]} for e in used]}

    def describe_snapshots(self, SnapshotIds: list[str], **_: Any) -> Answer:  # noqa: N803
        if gone := set(SnapshotIds) - self.snapshots.keys():
            raise refused("InvalidSnapshot.NotFound", str(gone))
        tags = {each: self.snapshots[each] for each in SnapshotIds}
        return {
            "Snapshots": [
                {"SnapshotId": snapshot, "Tags": [{"Key": key, "Value": value} for key, value in each.items()]}
                for snapshot, each in tags.items()
            ]
        }

    def describe_image_attribute(self, ImageId: str, **_: Any) -> Answer:  # noqa: N803
        return {"LaunchPermissions": list(self._image(ImageId).permissions)}

    def list_images_in_recycle_bin(self, ImageIds: list[str], **_: Any) -> Answer:  # noqa: N803
        return {"Images": [{"ImageId": each} for each in ImageIds if self._is_binned(each)]}

    def list_snapshots_in_recycle_bin(self, SnapshotIds: list[str], **_: Any) -> Answer:  # noqa: N803
        return {"Snapshots": [{"SnapshotId": each} for each in SnapshotIds if self._is_binned(each)]}

    def _is_binned(self, each: str) -> bool:
        return each in self.bin and self.clock() < self.bin[each][1] + BINNED

    def _image(self, image_id: str) -> Ami:
        if image_id not in self.images:
            raise refused("InvalidAMIID.NotFound")
        return self.images[image_id]


def _matches(ami: Ami, wanted: dict[str, list[str]]) -> bool:
    held = {f"tag:{key}": value for key, value in ami.tags.items()} | {"image-id": ami.id}
    return all(held.get(name) in values for name, values in wanted.items())
