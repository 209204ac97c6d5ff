"""All images that an account owns in a region."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from goldsmith.gather.usage.reader import RegionReader, Usage
from goldsmith.values.usage import AuditedImage, Use

ACTIONS: Final = ("ec2:DescribeImages", "ec2:DescribeRegions")


def regions(ec2: Any) -> list[str]:
    """The regions that are enabled for the account."""
    return sorted(region["RegionName"] for region in ec2.describe_regions()["Regions"])


def images(reader: RegionReader, filters: Sequence[dict[str, Any]] = ()) -> Iterator[AuditedImage]:
    """Deprecated and disabled ones too; those that pass all filters, if there are any."""
    wanted: dict[str, Any] = {"Filters": list(filters)} if filters else {}
    pages = reader.pages(
        "ec2", "describe_images", "Images",
        Owners=["self"], IncludeDeprecated=True, IncludeDisabled=True, MaxResults=1000, **wanted,
    )  # fmt: skip
    yield from (image_of(reader, found) for found in pages)


def image_of(reader: RegionReader, found: dict[str, Any]) -> AuditedImage:
    disks = [each["Ebs"] for each in found.get("BlockDeviceMappings", []) if each.get("Ebs", {}).get("SnapshotId")]
    dates = [found.get(key) for key in ("CreationDate", "LastLaunchedTime")]
    return AuditedImage(
        image_id=found["ImageId"],
        name=found.get("Name", ""),
        account=found["OwnerId"],
        region=reader.region,
        state=found.get("State", ""),
        architecture=found.get("Architecture", ""),
        created=instant(dates[0]),
        launched=instant(dates[1]),
        deprecated_at=instant(found.get("DeprecationTime")),
        public=bool(found.get("Public")),
        protection=found.get("DeregistrationProtection", ""),
        snapshots=tuple(disk["SnapshotId"] for disk in disks),
        snapshot_gib=sum(disk.get("VolumeSize", 0) for disk in disks),
        tags={tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
        unreadable=" ".join(f"{date!r} is no date" for date in dates if date and instant(date) is None),
    )


def instant(written: Any) -> datetime | None:
    """A date in ISO 8601, as mail writes it or in seconds since 1970; UTC if it names no zone.  None if it is none."""
    if isinstance(written, datetime):
        return written if written.tzinfo else written.replace(tzinfo=UTC)
    text = str(written or "").strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime, _seconds):
        with suppress(ValueError, OverflowError):
            read = parse(text)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
    return None


def _seconds(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)


def shared_snapshots(owned: list[AuditedImage], usage: Usage, reader: RegionReader) -> None:
    """A snapshot of two images: what goes with one of them is missing in the other."""
    holders: dict[str, list[AuditedImage]] = {}
    for image in owned:
        for snapshot in image.snapshots:
            holders.setdefault(snapshot, []).append(image)
    for snapshot, both in holders.items():
        for image in both:
            for other in both:
                if other is not image:
                    arn = reader.arn("ec2", f"image/{other.image_id}")
                    usage.add(image.image_id, Use(kind="image", arn=arn, how=f"has the snapshot {snapshot} too"))
