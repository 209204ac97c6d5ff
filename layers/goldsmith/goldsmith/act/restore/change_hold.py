"""Set the hold of a version, or take it away: on every copy, in every account and region."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from goldsmith.act.restore.image import plain
from goldsmith.act.retire.steps import REFUSED
from goldsmith.gather.build.version import images_of
from goldsmith.model import ImageRef, Model
from goldsmith.values.restore import Done, HoldChanged, VersionRequest
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import Failed
from goldsmith.vocabulary import EventType, Tag


@dataclass(frozen=True)
class HoldChanger:
    """`client(account)` makes clients `(service, region)` of the role that may hold images there."""

    client: Callable[[str], Callable[[str, str], Any]]
    places: tuple[AccountRegion, ...]
    say: Callable[[EventType, Model], None]

    def change(self, asked: VersionRequest) -> Done:
        """A place that refuses stops no other; `Image Held` lists it."""
        images: list[dict[str, Any]] = []
        failures, value = [], hold_of(asked.until, asked.reason) if asked.hold else ""
        for account_region in self.places:
            try:
                ids = self._change_in(account_region, asked, value)
                images += [
                    {"imageId": each, "account": account_region.account, "region": account_region.region}
                    for each in ids
                ]
            except REFUSED as error:
                nothing = ImageRef(image_id="", account=account_region.account, region=account_region.region)
                failures.append(Failed(image=nothing, error=str(error)))
        held = HoldChanged(
            family=asked.family,
            version=asked.version,
            by=asked.by,
            hold=value,
            images=tuple(images),
            failures=tuple(failures),
        )
        self.say(EventType.IMAGE_HELD, held)
        return Done(images=len(images))

    def _change_in(self, account_region: AccountRegion, asked: VersionRequest, value: str) -> list[str]:
        ec2 = self.client(account_region.account)("ec2", account_region.region)
        ids = [each["ImageId"] for each in images_of(asked.family, asked.version, ec2=ec2, disabled=True)]
        if ids and value:
            ec2.create_tags(Resources=ids, Tags=[{"Key": Tag.HOLD.value, "Value": value}])
        elif ids:
            ec2.delete_tags(Resources=ids, Tags=[{"Key": Tag.HOLD.value}])
        return ids


def hold_of(until: date | None, reason: str) -> str:
    """A hold as its tag has it: its last day, or that it has none, and why."""
    return f"{until or 'held'} {plain(reason)}".strip()[:256]
