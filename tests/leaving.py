"""Images as EC2 lists them, and places that hold them, on their way out."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, RegionInventory
from goldsmith.values.retire import AccountRegion
from goldsmith.values.usage import AuditedImage

NOW: Final = datetime(2026, 11, 26, 10, tzinfo=UTC)
HOME: Final = AccountRegion(account="111111111111", region="us-east-1")
NEAR: Final = AccountRegion(account="111111111111", region="eu-west-1")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def image(
    version: str, stage: str, days: float = 40, account_region: AccountRegion = HOME, **change: Any
) -> AuditedImage:
    """One of ours that came to its stage so many days ago; `tags` adds to its tags."""
    name = f"ami-{version}-{account_region.region}"
    tags = {"family": "webapp", "version": version, "stage": stage, "image": name, "run": "build-webapp-1"}
    tags |= {"stage-since": ago(days).isoformat()} | change.pop("tags", {})
    made = AuditedImage(
        image_id=name, name=f"webapp-{version}-x86_64", state="available",
        account=account_region.account, region=account_region.region, architecture="x86_64",
        created=ago(300), snapshots=(f"snap-{version}",),
        tags={f"goldsmith:{key}": value for key, value in tags.items()},
    )  # fmt: skip
    return made.model_copy(update=change)


def seen(*images: AuditedImage, account_region: AccountRegion = HOME, **more: Any) -> RegionInventory:
    """A place with these, whose Recycle Bin keeps what is disabled for 30 days."""
    known = {snapshot: each.tags for each in images for snapshot in each.snapshots}
    rules = tuple(BinRule(kind=kind, days=30, tags=(("goldsmith:stage", "disabled"),)) for kind in (IMAGES, SNAPSHOTS))
    return RegionInventory(
        account_region=account_region, images=images, snapshots=known | more.pop("left", {}), bin_rules=rules, **more
    )
