"""Read one place for a sweep: its images, who uses them, reports on other accounts, and the way back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from goldsmith.gather.retire.images import images, shared_snapshots
from goldsmith.gather.retire.launch_failure_coverage import uncovered
from goldsmith.gather.retire.templates import templates_of
from goldsmith.gather.usage.reader import Found, RegionReader, Usage
from goldsmith.gather.usage.reading import UNREADABLE, explain, read
from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, RegionInventory
from goldsmith.values.launch_templates import Template
from goldsmith.values.retire import AccountRegion, UsageReport
from goldsmith.values.usage import AuditedImage
from goldsmith.vocabulary import Tag

ACTIONS = (
    "ec2:DescribeImageUsageReportEntries",
    "ec2:DescribeImageUsageReports",
    "ec2:DescribeSnapshots",
    "ec2:ListImagesInRecycleBin",
    "rbin:GetRule",
    "rbin:ListRules",
)


@dataclass(frozen=True)
class UsedImages:
    """The images of a place and who uses them; `usage` counts what was read, and names what could not be."""

    images: tuple[AuditedImage, ...]
    usage: Usage


def read_inventory(
    reader: RegionReader, told: Callable[[str], None] = lambda _: None, found: list[Found] | None = None
) -> UsedImages:
    """What an audit and a sweep judge by.  Images listed before an error are kept, and the error is told beside them.

    `told` hears of each source that was read; `found` takes in all mentions, before they are resolved.
    """
    owned: list[AuditedImage] = []
    unseen: dict[str, str] = {}
    try:
        owned.extend(images(reader))
    except UNREADABLE as error:
        unseen["images"] = explain(error, ("ec2:DescribeImages",))
    told("images")
    usage = read(reader, told=told, found=found)
    usage.unseen |= unseen
    usage.counts["images"] = len(owned)
    shared_snapshots(owned, usage, reader)
    return UsedImages(tuple(owned), usage)


def read_region(reader: RegionReader, bus: str, trails: Callable[[str], Any]) -> RegionInventory:
    """What cannot be read is named in `unseen`; nothing is left out in silence.  `bus`, `trails`: as in `deaf`."""
    unseen: dict[str, str] = {}

    def told(source: str, look: Callable[[RegionReader], Any], empty: Any) -> Any:
        try:
            return look(reader)
        except UNREADABLE as error:
            unseen[source] = explain(error, ACTIONS)
            return empty

    owned, usage, templates = _inventory(reader)
    return RegionInventory(
        account_region=AccountRegion(account=reader.account, region=reader.region),
        images=owned,
        snapshots=told("snapshots", snapshots, {}),
        reports=told("usage reports", reports, {}),
        bin_rules=told("Recycle Bin rules", lambda each: tuple(_rules(each)), ()),
        binned=told("Recycle Bin", binned, ()),
        templates=templates,
        uses={image: tuple(uses) for image, uses in usage.uses.items()},
        counts=usage.counts | {"images": len(owned)},
        unseen=usage.unseen | unseen,
        deaf=uncovered(reader, bus, trails),
    )


def _inventory(reader: RegionReader) -> tuple[tuple[AuditedImage, ...], Usage, tuple[Template, ...]]:
    """Its images, none if not all could be listed; who uses them; its launch templates."""
    found: list[Found] = []
    inventory = read_inventory(reader, found=found)
    usage = inventory.usage
    templates = templates_of(reader, found, usage)
    return () if "images" in usage.unseen else inventory.images, usage, templates


def snapshots(reader: RegionReader) -> dict[str, dict[str, str]]:
    """Tags of those that carry ours, by id; what was never finished has no more than its stage."""
    ours = [{"Name": "tag-key", "Values": [Tag.STAGE.value]}]
    found = reader.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"], Filters=ours, MaxResults=1000)
    return {each["SnapshotId"]: {tag["Key"]: tag["Value"] for tag in each.get("Tags", [])} for each in found}


def reports(reader: RegionReader) -> dict[str, tuple[UsageReport, ...]]:
    """Each that EC2 still has, with the other accounts that it names."""
    users: dict[str, set[str]] = {}
    for entry in reader.pages("ec2", "describe_image_usage_report_entries", "ImageUsageReportEntries", MaxResults=1000):
        if entry["UsageCount"]:
            users.setdefault(entry["ReportId"], set()).add(entry["AccountId"])
    found: dict[str, list[UsageReport]] = {}
    for each in reader.pages("ec2", "describe_image_usage_reports", "ImageUsageReports", MaxResults=500):
        report = UsageReport(
            report_id=each["ReportId"],
            state=each["State"],
            created=each["CreationTime"],
            users=tuple(sorted(users.get(each["ReportId"], ()))),
        )
        found.setdefault(each["ImageId"], []).append(report)
    return {image: tuple(each) for image, each in found.items()}


def _rules(reader: RegionReader) -> Iterator[BinRule]:
    """A rule that is only pending keeps nothing yet."""
    client = reader.client("rbin")
    for kind in (IMAGES, SNAPSHOTS):
        for listed in reader.pages("rbin", "list_rules", "Rules", ResourceType=kind):
            rule = client.get_rule(Identifier=listed["Identifier"])
            if rule.get("Status", "available") == "available":
                yield BinRule(
                    kind=kind,
                    days=rule["RetentionPeriod"]["RetentionPeriodValue"],
                    tags=_pairs(rule.get("ResourceTags", [])),
                    but=_pairs(rule.get("ExcludeResourceTags", [])),
                )


def _pairs(tags: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((each["ResourceTagKey"], each.get("ResourceTagValue", "")) for each in tags)


def binned(reader: RegionReader) -> tuple[str, ...]:
    """The images in the Recycle Bin."""
    found = reader.pages("ec2", "list_images_in_recycle_bin", "Images", MaxResults=1000)
    return tuple(each["ImageId"] for each in found)
