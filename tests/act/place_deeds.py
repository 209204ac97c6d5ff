"""What a retirement changes in EC2: refused as EC2 refuses it, and on command; whoever calls may die on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from tests.act.place import Ami, Answer, Reads, refused
from tests.act.roles import may

COOLDOWN: Final = timedelta(hours=24)
Tags = list[dict[str, str]]


class DiedError(Exception):
    """The function ended here: nothing of ours catches it."""


def changing(deed: Callable[..., Answer | None]) -> Callable[..., Answer]:
    """A call that changes something is noted; it may be refused, and the caller may die before or after it."""

    @wraps(deed)
    def call(self: "Ec2", **asked: Any) -> Answer:
        about = [asked[name] for name in ("ImageId", "SnapshotId") if name in asked] or asked["Resources"]
        self.calls.append((deed.__name__, about[0]))
        if self.role:  # who does it by hand does not die
            self.dies_before, self.dies_after = self.dies_before - 1, self.dies_after - 1
        if self.role and self.dies_before == 0:
            raise DiedError
        if code := self.refuses.get((deed.__name__, about[0])):
            raise refused(code, deed.__name__)
        self._check(deed.__name__, about, {tag["Key"]: tag.get("Value", "") for tag in asked.get("Tags", ())})
        answer = deed(self, **asked) or {}
        if self.role and self.dies_after == 0:
            raise DiedError
        return answer

    return call


# ruff: noqa: N803 - parameters as EC2 names them
@dataclass
class Ec2(Reads):
    def _check(self, operation: str, about: list[str], written: dict[str, str]) -> None:
        """IAM asks before EC2 looks: of what is not there, it knows no tag."""
        for each in about if self.role else ():
            if not may(self.role, operation, self._stage(each), written):
                raise refused("UnauthorizedOperation", operation)

    def _stage(self, each: str) -> str:
        binned = self.bin[each][0] if each in self.bin else {}
        tags = binned.tags if isinstance(binned, Ami) else binned
        found = self.images[each].tags if each in self.images else self.snapshots.get(each, tags)
        return found.get("goldsmith:stage", "")

    @changing
    def create_tags(self, Resources: list[str], Tags: Tags) -> None:
        for tags in [self._tags(each) for each in Resources]:
            tags |= {each["Key"]: each["Value"] for each in Tags}

    @changing
    def delete_tags(self, Resources: list[str], Tags: Tags) -> None:
        for tags in [self._tags(each) for each in Resources]:
            for each in Tags:
                tags.pop(each["Key"], None)

    def _tags(self, resource: str) -> dict[str, str]:
        if resource.startswith("ami-"):
            return self._image(resource).tags
        if resource not in self.snapshots:
            raise refused("InvalidSnapshot.NotFound", "CreateTags")
        return self.snapshots[resource]

    @changing
    def enable_image_deprecation(self, ImageId: str, DeprecateAt: datetime) -> None:
        if DeprecateAt < self.clock():
            raise refused("InvalidParameterValue", "EnableImageDeprecation")
        self._image(ImageId).deprecated_at = DeprecateAt

    @changing
    def disable_image(self, ImageId: str) -> None:
        """Its launch permissions are gone for good."""
        ami = self._settled(ImageId)
        ami.state, ami.permissions = "disabled", [] if ami.state == "available" else ami.permissions

    @changing
    def enable_image(self, ImageId: str) -> None:
        self._settled(ImageId).state = "available"

    def _settled(self, image_id: str) -> Ami:
        ami = self._image(image_id)
        if ami.state not in {"available", "disabled"}:
            raise refused("InvalidAMIID.Unavailable")
        return ami

    @changing
    def modify_image_attribute(self, ImageId: str, LaunchPermission: dict[str, Any]) -> None:
        if (ami := self._image(ImageId)).state != "available":
            raise refused("InvalidAMIID.Unavailable")
        ami.permissions += LaunchPermission["Add"]

    @changing
    def enable_image_deregistration_protection(self, ImageId: str, *, WithCooldown: bool) -> None:
        self._image(ImageId).protection = f"enabled-with{'' if WithCooldown else 'out'}-cooldown"

    @changing
    def disable_image_deregistration_protection(self, ImageId: str) -> None:
        ami = self._image(ImageId)
        if ami.protection == "enabled-with-cooldown":
            ami.protected_until = self.clock() + COOLDOWN
        ami.protection = "disabled"

    @changing
    def create_image_usage_report(self, ImageId: str, ClientToken: str, **_: Any) -> None:
        """One for each token; available at once."""
        self._image(ImageId)
        self.asked.setdefault(ImageId, {}).setdefault(ClientToken, self.clock())

    @changing
    def deregister_image(self, ImageId: str, *, DeleteAssociatedSnapshots: bool) -> Answer:
        ami = self._image(ImageId)
        until = ami.protected_until
        if ami.protection != "disabled" or (until and until > self.clock()):
            raise refused("OperationNotPermitted", "DeregisterImage")
        assert DeleteAssociatedSnapshots
        self.bin[ImageId] = (self.images.pop(ImageId), self.clock())
        for each in ami.snapshots:
            self.bin[each] = (self.snapshots.pop(each), self.clock())
        return {"DeleteSnapshotResults": [{"SnapshotId": e, "ReturnCode": "success"} for e in ami.snapshots]}

    @changing
    def delete_snapshot(self, SnapshotId: str) -> None:
        if any(SnapshotId in each.snapshots for each in self.images.values()):
            raise refused("InvalidSnapshot.InUse", "DeleteSnapshot")
        self._tags(SnapshotId)
        self.bin[SnapshotId] = (self.snapshots.pop(SnapshotId), self.clock())

    @changing
    def restore_snapshot_from_recycle_bin(self, SnapshotId: str) -> None:
        self.snapshots[SnapshotId] = self._out(SnapshotId)

    @changing
    def restore_image_from_recycle_bin(self, ImageId: str) -> None:
        if self._is_binned(ImageId) and set(self.bin[ImageId][0].snapshots) - self.snapshots.keys():
            raise refused("InvalidSnapshot.NotFound", "RestoreImageFromRecycleBin")
        self.images[ImageId] = self._out(ImageId)

    def _out(self, each: str) -> Any:
        if not self._is_binned(each):
            raise refused("InvalidParameterValue")
        return self.bin.pop(each)[0]
