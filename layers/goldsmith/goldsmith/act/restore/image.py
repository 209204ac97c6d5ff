"""Bring one AMI back as its tombstone says: snapshots, image, enabled, shares, deprecation, protection, stage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.gather.image import describe, tags_of
from goldsmith.lifecycle import Deed, moved
from goldsmith.policy.image import is_protected
from goldsmith.values.restore import Tombstone
from goldsmith.vocabulary import Stage, Tag

IN_A_MOMENT: Final = timedelta(minutes=2)  # EC2 takes no date that is past
NEEDED: Final = timedelta(days=90)  # for how long it is left alone then
Found = dict[str, Any]


@dataclass(frozen=True)
class ImageRestore:
    """Of one AMI; `ec2` is that of the role which may restore there."""

    stone: Tombstone
    ec2: Any
    now: datetime

    @property
    def image_id(self) -> str:
        return self.stone.copy_.image.image_id

    def open(self, why: str) -> bool:
        """Whether there was anything to do.  Its tags come last, so that what dies before is done again."""
        found = describe(self.stone.copy_.image, ec2=self.ec2)
        deed = Deed.RESTORE
        if found is None:
            found, deed = self._dig_out(), Deed.UNDO
        if tags_of(found).get(Tag.STAGE) not in {Stage.DISABLED, Stage.FAILED} and found["State"] != "disabled":
            return False
        if found["State"] == "disabled" and self.stone.copy_.state != "disabled":
            self.ec2.enable_image(ImageId=self.image_id)
        self._share()
        self._date(found)
        self._protect(found)
        self._tag(deed, why)
        return True

    def _dig_out(self) -> Found:
        """Out of the Recycle Bin: its snapshots first, for an image without them does not come back."""
        listed = self.ec2.list_images_in_recycle_bin(ImageIds=[self.image_id])["Images"]
        if not listed:
            gone = f"{self.image_id} is not in the Recycle Bin any more"
            raise NeedsAPerson(f"{gone}: build it anew from its recipe, {self.stone.tags.get(Tag.SOURCE_COMMIT, '')}")
        snapshots = list(self.stone.copy_.snapshots)
        binned = self.ec2.list_snapshots_in_recycle_bin(SnapshotIds=snapshots)["Snapshots"] if snapshots else []
        for each in binned:
            self.ec2.restore_snapshot_from_recycle_bin(SnapshotId=each["SnapshotId"])
        self.ec2.restore_image_from_recycle_bin(ImageId=self.image_id)
        found = describe(self.stone.copy_.image, ec2=self.ec2)
        if found is None:
            raise NeedsAPerson(f"{self.image_id} was restored, and EC2 does not show it yet: ask again in a minute")
        return found

    def _share(self) -> None:
        answer = self.ec2.describe_image_attribute(ImageId=self.image_id, Attribute="launchPermission")
        missing = [each for each in self.stone.permissions if each not in answer["LaunchPermissions"]]
        if missing:
            self.ec2.modify_image_attribute(ImageId=self.image_id, LaunchPermission={"Add": missing})

    def _date(self, found: Found) -> None:
        """As it was; what EC2 forgot and is past by now is set to now."""
        at = self.stone.copy_.deprecated_at
        if at and not found.get("DeprecationTime"):
            self.ec2.enable_image_deprecation(ImageId=self.image_id, DeprecateAt=max(at, self.now + IN_A_MOMENT))

    def _protect(self, found: Found) -> None:
        was = self.stone.copy_.protection
        if is_protected(self.stone.copy_) and found.get("DeregistrationProtection") != was:
            cooldown = was.startswith("enabled-with-cooldown")
            self.ec2.enable_image_deregistration_protection(ImageId=self.image_id, WithCooldown=cooldown)

    def _tag(self, deed: Deed, why: str) -> None:
        """Back to its stage, its clock begins anew, and for a while nothing happens to it."""
        stage = Stage.DISABLED if deed is Deed.RESTORE else Stage.DEREGISTERED
        tags = {k.value: v for k, v in moved(deed, stage, self.now, was=self.stone.copy_.stage).items()}
        tags[Tag.SNOOZE.value] = f"{(self.now + NEEDED).date()} {plain(why)}"[:256]
        written = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.ec2.create_tags(Resources=[self.image_id, *self.stone.copy_.snapshots], Tags=written)


def plain(said: str) -> str:
    """What a tag's value may hold."""
    return "".join(each if each.isalnum() or each in " +-=._:/@" else " " for each in said)
