"""Read one place for a sweep: its images, who uses them, reports on other accounts, and the way back."""

from collections.abc import Callable, Iterator
from typing import Any

from goldsmith.gather.retire.images import images, shared_snapshots
from goldsmith.gather.retire.launch_failure_coverage import deaf
from goldsmith.gather.retire.templates import templates_of
from goldsmith.gather.usage.place import Found, Place, Usage
from goldsmith.gather.usage.reading import UNREADABLE, explain, read
from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, Seen
from goldsmith.values.launch_templates import Template
from goldsmith.values.retire import Report, Spot
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


def see(place: Place, bus: str, trails: Callable[[str], Any]) -> Seen:
    """What cannot be read is named in `unseen`; nothing is left out in silence.  `bus`, `trails`: as in `deaf`."""
    unseen: dict[str, str] = {}

    def told(source: str, look: Callable[[Place], Any], empty: Any, actions: tuple[str, ...] = ACTIONS) -> Any:
        try:
            return look(place)
        except UNREADABLE as error:
            unseen[source] = explain(error, actions)
            return empty

    owned = told("images", lambda each: list(images(each)), [], ("ec2:DescribeImages",))
    usage, templates = _usage(place, owned)
    return Seen(
        spot=Spot(account=place.account, region=place.region),
        images=tuple(owned),
        snapshots=told("snapshots", snapshots, {}),
        reports=told("usage reports", reports, {}),
        bin_rules=told("Recycle Bin rules", lambda each: tuple(_rules(each)), ()),
        binned=told("Recycle Bin", binned, ()),
        templates=templates,
        uses={image: tuple(uses) for image, uses in usage.uses.items()},
        counts=usage.counts | {"images": len(owned)},
        unseen=usage.unseen | unseen,
        deaf=deaf(place, bus, trails),
    )


def _usage(place: Place, owned: list[AuditedImage]) -> tuple[Usage, tuple[Template, ...]]:
    found: list[Found] = []
    usage = read(place, found=found)
    shared_snapshots(owned, usage, place)
    return usage, templates_of(place, found, usage)


def snapshots(place: Place) -> dict[str, dict[str, str]]:
    """Tags of those that carry ours, by id; what was never finished has no more than its stage."""
    ours = [{"Name": "tag-key", "Values": [Tag.STAGE.value]}]
    found = place.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"], Filters=ours, MaxResults=1000)
    return {each["SnapshotId"]: {tag["Key"]: tag["Value"] for tag in each.get("Tags", [])} for each in found}


def reports(place: Place) -> dict[str, tuple[Report, ...]]:
    """Each that EC2 still has, with the other accounts that it names."""
    users: dict[str, set[str]] = {}
    for entry in place.pages("ec2", "describe_image_usage_report_entries", "ImageUsageReportEntries", MaxResults=1000):
        if entry["UsageCount"]:
            users.setdefault(entry["ReportId"], set()).add(entry["AccountId"])
    found: dict[str, list[Report]] = {}
    for each in place.pages("ec2", "describe_image_usage_reports", "ImageUsageReports", MaxResults=500):
        report = Report(
            report_id=each["ReportId"],
            state=each["State"],
            created=each["CreationTime"],
            users=tuple(sorted(users.get(each["ReportId"], ()))),
        )
        found.setdefault(each["ImageId"], []).append(report)
    return {image: tuple(each) for image, each in found.items()}


def _rules(place: Place) -> Iterator[BinRule]:
    """A rule that is only pending keeps nothing yet."""
    client = place.client("rbin")
    for kind in (IMAGES, SNAPSHOTS):
        for listed in place.pages("rbin", "list_rules", "Rules", ResourceType=kind):
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


def binned(place: Place) -> tuple[str, ...]:
    """The images in the Recycle Bin."""
    found = place.pages("ec2", "list_images_in_recycle_bin", "Images", MaxResults=1000)
    return tuple(each["ImageId"] for each in found)
