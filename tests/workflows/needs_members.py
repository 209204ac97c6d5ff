"""What needs each permission of what an account grants to a sweep and to the way back, and how it ends with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from goldsmith.gather.retire.images import instant
from tests.workflows.estates import (
    FRIEND,
    VERSION,
    aside,
    ask,
    binned,
    buried,
    leaving,
    nobodys,
    reported,
    sweep,
)
from tests.workflows.old_ami import Ami
from tests.workflows.retiring import Estate


@dataclass(frozen=True)
class Need:
    """An AMI, what makes something happen to it, and whether that has happened; `kept` is so all the time."""

    ami: Ami
    family: str
    go: Callable[[], None]
    done: Callable[[], bool]
    kept: Callable[[], bool]


def _of_sweep(estate: Estate, ami: Ami, done: Callable[[], bool]) -> Need:
    return Need(ami, ami.tags()["goldsmith:family"], lambda: sweep(estate), done, lambda: ami.state != "gone")


def disabled(estate: Estate) -> Need:
    """With all that brings it back in its tombstone, whenever it was written."""
    ami = reported(estate)
    need = _of_sweep(estate, ami, lambda: (ami.stage, ami.state, _protection(ami)) == ("disabled", "disabled", "off"))
    stone = f"tombstones/{need.family}/{VERSION}/{ami.account.id}/{ami.region}/{ami.id}.json"
    return replace(need, kept=lambda: ami.state == "available" or f'"UserId":"{FRIEND}"' in _read(estate, stone))


def asked_for_a_report(estate: Estate) -> Need:
    ami = aside(estate)
    return _of_sweep(
        estate, ami, lambda: bool(ami.ec2.describe_image_usage_reports(ImageIds=[ami.id])["ImageUsageReports"])
    )


def prolonged(estate: Estate) -> Need:
    (ami,) = estate.version(nobodys(), VERSION, "released")
    soon, later = (datetime.now(UTC) + timedelta(days=days) for days in (5, 100))
    ami.ec2.enable_image_deprecation(ImageId=ami.id, DeprecateAt=soon)
    estate.born()
    return _of_sweep(estate, ami, lambda: _deprecated_at(ami) > later)


def deregistered(estate: Estate) -> Need:
    """With its snapshots."""
    ami = leaving(estate)
    return _of_sweep(estate, ami, lambda: (ami.state, ami.snapshots()) == ("gone", []))


def _restored(estate: Estate, ami: Ami, family: str, kept: Callable[[], bool]) -> Need:
    def done() -> bool:
        back = ("deprecated", "available", "enabled-with-cooldown", [{"UserId": FRIEND}])
        dated = _deprecated_at(ami) < datetime.now(UTC) + timedelta(days=1)
        return dated and (ami.stage, ami.state, _protection(ami), ami.permissions()) == back

    return Need(ami, family, lambda: ask(estate, family), done, kept)


def restored(estate: Estate) -> Need:
    ami = buried(estate)
    return _restored(estate, ami, ami.tags()["goldsmith:family"], lambda: ami.state != "gone")


def dug_out(estate: Estate) -> Need:
    ami, family = binned(estate)
    return _restored(estate, ami, family, lambda: _is_in_bin(ami) or ami.state != "gone")


def released(estate: Estate) -> Need:
    """From a hold."""
    (ami,) = estate.version(nobodys(), VERSION, tags={"hold": "held"})
    family = ami.tags()["goldsmith:family"]
    return Need(
        ami,
        family,
        lambda: ask(estate, family, "Hold Requested", hold=False),
        lambda: "goldsmith:hold" not in ami.tags(),
        lambda: ami.stage == "superseded",
    )


def held(estate: Estate) -> Need:
    (ami,) = estate.version(nobodys(), VERSION)
    family = ami.tags()["goldsmith:family"]
    return Need(
        ami,
        family,
        lambda: ask(estate, family, "Hold Requested"),
        lambda: "goldsmith:hold" in ami.tags(),
        lambda: ami.stage == "superseded",
    )


def pruned(estate: Estate) -> Need:
    """A launch template of which nobody uses the oldest version; it is not an image that is told of."""
    name = nobodys()
    family = estate.family(f"{{launch_templates: {{names: [{name}], keep: 1}}}}")
    ami = estate.current(family, 1).versions[family, "2026.11.10"][0]
    tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "goldsmith:family", "Value": family}]}]
    data = {"ImageId": ami.id, "InstanceType": "t3.micro"}
    ami.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=tags)
    for _ in range(2):
        ami.ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
    ami.ec2.modify_launch_template(LaunchTemplateName=name, DefaultVersion="3")
    estate.born().ages(31)

    def done() -> bool:
        found = ami.ec2.describe_launch_template_versions(LaunchTemplateName=name)["LaunchTemplateVersions"]
        return [each["VersionNumber"] for each in found] == [3]

    return Need(ami, family, lambda: sweep(estate), done, lambda: ami.state == "available")


def _is_in_bin(ami: Ami) -> bool:
    return bool(ami.ec2.list_images_in_recycle_bin(ImageIds=[ami.id])["Images"])


def _protection(ami: Ami) -> str:
    """Off too while it cools down."""
    said = str((ami.shown() or {}).get("DeregistrationProtection", ""))
    return "off" if said.startswith("disabled") else said


def _deprecated_at(ami: Ami) -> datetime:
    return instant((ami.shown() or {}).get("DeprecationTime")) or datetime.max.replace(tzinfo=UTC)


def _read(estate: Estate, key: str) -> str:
    s3 = estate.at.client("s3")
    return str(s3.get_object(Bucket=estate.at.outputs["EvidenceBucket"], Key=key)["Body"].read().decode())


NEEDS: Final[dict[tuple[str, str], Callable[[Estate], Need]]] = {
    ("goldsmith-retire", "ec2:DescribeImages"): disabled,
    ("goldsmith-retire", "ec2:DescribeImageAttribute"): disabled,
    ("goldsmith-retire", "ec2:DescribeSnapshots"): disabled,
    ("goldsmith-retire", "ec2:DisableImage"): disabled,
    ("goldsmith-retire", "ec2:DisableImageDeregistrationProtection"): disabled,
    ("goldsmith-retire", "ec2:CreateTags"): disabled,
    ("goldsmith-retire", "ec2:CreateImageUsageReport"): asked_for_a_report,
    ("goldsmith-retire", "ec2:EnableImageDeprecation"): prolonged,
    ("goldsmith-retire", "ec2:DeregisterImage"): deregistered,
    ("goldsmith-retire", "ec2:DescribeLaunchTemplates"): pruned,
    ("goldsmith-retire", "ec2:DescribeLaunchTemplateVersions"): pruned,
    ("goldsmith-retire", "ec2:DeleteLaunchTemplateVersions"): pruned,
    ("goldsmith-restore", "ec2:DescribeImages"): restored,
    ("goldsmith-restore", "ec2:DescribeImageAttribute"): restored,
    ("goldsmith-restore", "ec2:EnableImage"): restored,
    ("goldsmith-restore", "ec2:EnableImageDeprecation"): restored,
    ("goldsmith-restore", "ec2:EnableImageDeregistrationProtection"): restored,
    ("goldsmith-restore", "ec2:ModifyImageAttribute"): restored,
    ("goldsmith-restore", "ec2:CreateTags"): restored,
    ("goldsmith-restore", "ec2:ListImagesInRecycleBin"): dug_out,
    ("goldsmith-restore", "ec2:ListSnapshotsInRecycleBin"): dug_out,
    ("goldsmith-restore", "ec2:RestoreImageFromRecycleBin"): dug_out,
    ("goldsmith-restore", "ec2:RestoreSnapshotFromRecycleBin"): dug_out,
    ("goldsmith-hold", "ec2:DescribeImages"): released,
    ("goldsmith-hold", "ec2:CreateTags"): held,
    ("goldsmith-hold", "ec2:DeleteTags"): released,
}
