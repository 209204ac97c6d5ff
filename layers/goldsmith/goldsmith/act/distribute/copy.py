"""Copy an AMI to a region, once: what is there is taken, what is pending is waited for, what failed is tried again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.act.distribute.copy_quota import CopyQuota
from goldsmith.act.move_stage import tag
from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.gather.distribute.facts import copies
from goldsmith.gather.image import describe, snapshots_of, tags_of
from goldsmith.ledger.table import Ledger
from goldsmith.lifecycle import Deed, leads, moved
from goldsmith.model import ImageRef
from goldsmith.values.distribute import Copied, Copying, Leg
from goldsmith.vocabulary import Tag

MOST_ATTEMPTS: Final = 2  # of one run; a copy that fails twice fails for a reason
MOST_WAITS: Final = 150  # for room: half a day
LONGEST_WAIT_S: Final = 300
KINDS: Final = ("image", "snapshot")
UNDER_WAY: Final = frozenset({"pending", "transient"})
CAME_TO_NOTHING: Final = frozenset({"failed", "error", "invalid"})
ASKED_ALREADY: Final = frozenset({"IdempotentParameterMismatch", "InvalidAMIName.Duplicate"})
NO_ROOM: Final = "ResourceLimitExceeded"
Found = dict[str, Any]


@dataclass(frozen=True)
class Copier:
    client: Callable[[str, str], Any]
    ledger: Ledger
    now: datetime

    def copy(self, asked: Copying) -> Copied:
        """NeedsAPerson if this run has tried it twice, or the copy is there and was retired."""
        leg = asked.leg
        if leg.is_home:
            return Copied(next="finish", image=leg.source)
        ec2 = self.client("ec2", leg.region)
        tried = copies(leg, ec2=ec2)
        for image in tried:
            if image["State"] not in CAME_TO_NOTHING:
                return self._taken(image, leg)
        for image in tried:
            if leads(Deed.SPOIL, tags_of(image).get(Tag.STAGE)):  # retirement removes what is marked
                tag(image, Deed.SPOIL, ec2=ec2, now=self.now)
        own = [image for image in tried if tags_of(image).get(Tag.RUN) == asked.run]
        if len(own) >= MOST_ATTEMPTS:
            why = own[-1].get("StateReason", {}).get("Message") or "EC2 gives no reason"
            raise NeedsAPerson(f"{len(own)} copies to {leg.region} failed, the last ({own[-1]['ImageId']}): {why}")
        taken = {image["Name"] for image in tried}
        names = (leg.name, *(f"{leg.name}-{number}" for number in range(2, len(taken) + 2)))
        return self._asked_for(asked, next(name for name in names if name not in taken), ec2)

    def _taken(self, image: Found, leg: Leg) -> Copied:
        ref = ImageRef(image_id=image["ImageId"], account=image["OwnerId"], region=leg.region)
        if image["State"] in UNDER_WAY:
            return Copied(next="wait", image=ref)
        if image["State"] != "available":
            raise NeedsAPerson(f"the copy {ref.image_id} in {leg.region} is {image['State']}: build a new version")
        return Copied(next="finish", image=ref)

    def _asked_for(self, asked: Copying, name: str, ec2: Any) -> Copied:
        """CopyImage, as soon as there is room for it."""
        leg = asked.leg
        source = describe(leg.source, ec2=self.client("ec2", leg.source.region))
        if source is None or source["State"] != "available":
            raise NeedsAPerson(f"{leg.source.image_id} is not available in {leg.source.region} any more: build again")
        room = CopyQuota(self.ledger, leg.region, ec2)
        holder = room.take(name, len(snapshots_of(source)), self.now)
        if holder is None:
            return _waits(asked)
        if holder.at > self.now:
            return Copied(next="room", seconds=ceil((holder.at - self.now).total_seconds()))
        try:
            image_id = ec2.copy_image(**_request(asked, name, source, self.now))["ImageId"]
        except ClientError as error:  # the room stays taken, so that the next try calls at once
            if code_of(error) in ASKED_ALREADY:
                raise TryAgain(f"EC2 does not show {name} in {leg.region} yet: {error}") from error
            if code_of(error) != NO_ROOM:
                raise
            room.give_back(name, self.now)  # somebody else's copies count too
            return _waits(asked)
        ec2.create_tags(Resources=[image_id], Tags=[{"Key": Tag.IMAGE.value, "Value": image_id}])
        ref = ImageRef(image_id=image_id, account=leg.source.account, region=leg.region)
        return Copied(next="wait", image=ref)


def _waits(asked: Copying) -> Copied:
    """Longer each time: many may wait, and each look is written into the history of its run."""
    if asked.waits >= MOST_WAITS:
        raise NeedsAPerson(f"there was no room for a copy to {asked.leg.region} for half a day: see its pending AMIs")
    return Copied(next="room", seconds=min(5 * 2 ** min(asked.waits, 10), LONGEST_WAIT_S))


def _request(asked: Copying, name: str, source: Found, now: datetime) -> Found:
    leg = asked.leg
    tags = {key: value for key, value in tags_of(source).items() if key.startswith("goldsmith:")}
    born = {key.value: value for key, value in moved(Deed.COPY, None, now).items()}
    apart = {Tag.IMAGE.value, Tag.STAGE_BEFORE.value, Tag.HOLD.value, Tag.SNOOZE.value}
    tags = {key: value for key, value in tags.items() if key not in apart} | born
    tags |= {Tag.RUN.value: asked.run, Tag.SOURCE_IMAGE.value: leg.source.image_id}
    tags |= {Tag.SOURCE_REGION.value: leg.source.region}
    written = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    which = f"{leg.source.image_id} {leg.source.region} {leg.region} {name}"
    return {
        "SourceImageId": leg.source.image_id,
        "SourceRegion": leg.source.region,
        "Name": name,
        "Description": f"{tags[Tag.FAMILY]} {tags[Tag.VERSION]}, copied by Goldsmith",
        "ClientToken": hashlib.sha256(which.encode()).hexdigest(),
        "Encrypted": True,
        "KmsKeyId": leg.kms_key,
        "TagSpecifications": [{"ResourceType": kind, "Tags": written} for kind in KINDS],
    }
