"""Make an AMI that arrived what the recipe wants there: its own id, who may launch it, until when, protected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from goldsmith.act.distribute.copy import CAME_TO_NOTHING
from goldsmith.act.distribute.copy_quota import CopyQuota
from goldsmith.errors import NeedsAPerson, TryAgain
from goldsmith.gather.distribute.facts import unshared
from goldsmith.gather.image import describe, snapshots_of, tags_of
from goldsmith.ledger.table import Ledger
from goldsmith.values.distribute import Finished, Finishing
from goldsmith.vocabulary import Tag

PROTECTED: Final = "enabled-with-cooldown"
ROUNDED: Final = timedelta(minutes=1)  # EC2 keeps whole minutes
Found = dict[str, Any]


@dataclass(frozen=True)
class Finisher:
    client: Callable[[str, str], Any]
    ledger: Ledger
    now: datetime

    def finish(self, asked: Finishing) -> Finished:
        """Sets what is not as it should be; done when a later look finds nothing to set: EC2 can lose a new AMI again.

        TryAgain while EC2 does not show it as available, or does not show what an earlier look has set.
        """
        image, ec2 = asked.image, self.client("ec2", asked.image.region)
        found = describe(image, ec2=ec2)
        if found is None or found["State"] == "pending":
            raise TryAgain(f"EC2 does not show {image.image_id} in {image.region} as available")
        if not (asked.leg.is_home or asked.looks):
            CopyQuota(self.ledger, image.region, ec2).give_back(found["Name"], self.now)
        if found["State"] in CAME_TO_NOTHING and not asked.leg.is_home:
            return Finished(next="copy")
        if found["State"] != "available":
            raise NeedsAPerson(f"{image.image_id} in {image.region} is {found['State']}")
        changed = [
            *self._identify(found, ec2),
            *self._share(asked, ec2),
            *self._date(found, ec2),
            *_protect(found, ec2),
        ]
        if changed and asked.looks:
            raise TryAgain(f"EC2 does not show yet all that was set on {image.image_id} in {image.region}")
        return Finished(next="done" if asked.looks else "look")

    def _identify(self, found: Found, ec2: Any) -> list[str]:
        """Its own id is its tag, and its snapshots'."""
        image_id, snapshots = found["ImageId"], snapshots_of(found)
        shown = {each["SnapshotId"]: each for each in ec2.describe_snapshots(SnapshotIds=snapshots)["Snapshots"]}
        known = {image_id: tags_of(found)} | {each: tags_of(shown.get(each, {})) for each in snapshots}
        nameless = [each for each, tags in known.items() if tags.get(Tag.IMAGE) != image_id]
        if nameless:
            ec2.create_tags(Resources=nameless, Tags=[{"Key": Tag.IMAGE.value, "Value": image_id}])
        return nameless

    def _share(self, asked: Finishing, ec2: Any) -> list[dict[str, str]]:
        """Only adds: somebody may have shared it by hand, and hosts are launched by it."""
        missing = [*unshared(asked.image.image_id, asked.sharing, ec2=ec2)]
        if missing:
            ec2.modify_image_attribute(ImageId=asked.image.image_id, LaunchPermission={"Add": missing})
        return missing

    def _date(self, found: Found, ec2: Any) -> list[datetime]:
        """Deprecated when it expires.  A date that somebody set, or that retirement moved, is left alone."""
        expires = tags_of(found).get(Tag.EXPIRES)
        if found.get("DeprecationTime") or not expires:
            return []
        at = datetime.fromisoformat(expires).replace(tzinfo=UTC)
        if at <= self.now + ROUNDED:
            return []
        ec2.enable_image_deprecation(ImageId=found["ImageId"], DeprecateAt=at)
        return [at]


def _protect(found: Found, ec2: Any) -> list[str]:
    if found.get("DeregistrationProtection") == PROTECTED:
        return []
    ec2.enable_image_deregistration_protection(ImageId=found["ImageId"], WithCooldown=True)
    return [PROTECTED]
