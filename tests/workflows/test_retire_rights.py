"""What the roles that an account grants may do there, tried: in which stages, with which tags, and who enters them."""

from functools import partial
from typing import Any

import pytest
from botocore import xform_name

from goldsmith.vocabulary import Stage
from tests.embedded import Embedded
from tests.permissions import Role, denial
from tests.test_member_account import taken
from tests.workflows.deployed import HOME
from tests.workflows.entering import Granted, granted

FUNCTIONS = {
    "goldsmith-retire": "ApplyRetire",
    "goldsmith-restore": "Restore",
    "goldsmith-hold": "ChangeHold",
    "goldsmith-read": "FindDueVersions",
}
LEAVING = {"deprecated", "rejected", "failed"}
GONE = {"disabled", "failed"}
GOOD = {"verified", "distributed", "released", "superseded"}
SHARE = {"LaunchPermission": {"Add": [{"UserId": "333333333333"}]}}
LATER = {"DeprecateAt": "2035-01-01T00:00:00Z"}
REPORT = {"ResourceTypes": [{"ResourceType": "ec2:Instance"}]}
MAY = {  # in which stages; in all others, and on what is not ours, nobody may
    ("goldsmith-retire", "DeregisterImage"): GONE,
    ("goldsmith-retire", "DeleteSnapshot"): GONE,
    ("goldsmith-retire", "DisableImage"): LEAVING,
    ("goldsmith-retire", "DisableImageDeregistrationProtection"): LEAVING,
    ("goldsmith-retire", "EnableImageDeprecation"): GOOD,
    ("goldsmith-retire", "CreateImageUsageReport"): LEAVING | {"disabled"},
    ("goldsmith-restore", "RestoreImageFromRecycleBin"): GONE,
    ("goldsmith-restore", "RestoreSnapshotFromRecycleBin"): GONE,
    ("goldsmith-restore", "EnableImage"): GONE,
    ("goldsmith-restore", "EnableImageDeprecation"): GONE,
    ("goldsmith-restore", "EnableImageDeregistrationProtection"): GONE,
    ("goldsmith-restore", "ModifyImageAttribute"): GONE,
}
CHANGES = sorted({change for _, change in MAY})
MORE: dict[str, dict[str, Any]] = {
    "EnableImageDeprecation": LATER,
    "CreateImageUsageReport": REPORT,
    "ModifyImageAttribute": SHARE,
}
STAGES = (None, *(each.value for each in Stage if each is not Stage.DEREGISTERED))
IMAGES = dict[str | None, tuple[str, str]]


@pytest.fixture(scope="module")
def grant(embedded: Embedded) -> Granted:
    return granted(embedded)


@pytest.fixture(scope="module")
def roles(grant: Granted) -> dict[str, Role]:
    return {role: grant.entered(role, function) for role, function in FUNCTIONS.items()}


@pytest.fixture(scope="module")
def images(grant: Granted) -> IMAGES:
    """One in each stage, and one that is not ours."""
    return {stage: grant.image(stage) for stage in STAGES}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", FUNCTIONS)
def test_each_change_is_for_some_stages_alone(roles, images: IMAGES, role, change):
    ec2 = roles[role].client("ec2", HOME)

    def passes(stage: str | None) -> bool:
        key, named = ("SnapshotId", 1) if "Snapshot" in change else ("ImageId", 0)
        asked = {key: images[stage][named], "DryRun": True, **MORE.get(change, {})}
        return not denial(lambda: getattr(ec2, xform_name(change))(**asked))

    assert {stage for stage in STAGES if passes(stage)} == MAY.get((role, change), set())


@pytest.mark.parametrize(
    ("role", "logical"),
    [("goldsmith-retire", "Retirer"), ("goldsmith-restore", "Restorer"), ("goldsmith-hold", "Holder")],
)
def test_each_stage_leads_on_to_some_alone(roles, images: IMAGES, role, logical):
    ec2 = roles[role].client("ec2", HOME)

    def passes(before: str | None, after: str | None) -> bool:
        written = [{"Key": "goldsmith:stage", "Value": after}, {"Key": "goldsmith:stage-since", "Value": "now"}]
        return not denial(lambda: ec2.create_tags(Resources=[*images[before]], Tags=written, DryRun=True))

    assert {(a, b) for a in STAGES for b in STAGES if b and passes(a, b)} == taken(logical)


@pytest.mark.parametrize("name", ["goldsmith:family", "goldsmith:image", "goldsmith:run", "Name"])
@pytest.mark.parametrize("role", FUNCTIONS)
def test_no_other_tag_is_set_or_taken_away(roles, images: IMAGES, role, name):
    ec2, written = roles[role].client("ec2", HOME), [{"Key": name, "Value": "x"}]
    passing = {"goldsmith-retire": ("deprecated", "disabled"), "goldsmith-restore": ("disabled", "deprecated")}
    before, after = passing.get(role, ("deprecated", "disabled"))
    stage = {"Key": "goldsmith:stage", "Value": after}
    assert denial(lambda: ec2.create_tags(Resources=[*images[before]], Tags=written, DryRun=True))
    assert denial(lambda: ec2.create_tags(Resources=[*images[before]], Tags=[stage, *written], DryRun=True))
    assert denial(lambda: ec2.delete_tags(Resources=[images[before][0]], Tags=[{"Key": name}], DryRun=True))


@pytest.mark.parametrize("role", FUNCTIONS)
def test_no_image_loses_all_its_tags(roles, images: IMAGES, role):
    ec2 = roles[role].client("ec2", HOME)
    assert denial(lambda: ec2.delete_tags(Resources=[images["disabled"][0]], DryRun=True))


def test_a_hold_is_for_every_stage_and_for_images_of_ours_alone(roles, images: IMAGES):
    ec2, hold = roles["goldsmith-hold"].client("ec2", HOME), {"Key": "goldsmith:hold", "Value": "held"}
    for stage, (image, _) in images.items():
        for change in ("create_tags", "delete_tags"):
            asked = partial(getattr(ec2, change), Resources=[image], Tags=[hold], DryRun=True)
            assert bool(denial(asked)) == (stage is None)
    assert denial(lambda: ec2.create_tags(Resources=[images["disabled"][1]], Tags=[hold], DryRun=True))


@pytest.mark.parametrize(
    ("caller", "role"),
    [
        ("goldsmith-RetireStack-1-RestoreRole-1", "goldsmith-retire"),
        ("goldsmith-RetireStack-2-RetireWorkflowRole-1", "goldsmith-retire"),
        ("goldsmith-DistributeStack-1-ApplyRetireRole-1", "goldsmith-retire"),
        ("other-RetireStack-1-ApplyRetireRole-1", "goldsmith-retire"),
        ("goldsmith-RetireStack-3-ApplyRetireRole-1", "goldsmith-restore"),
        ("goldsmith-RetireStack-1-FindDueVersionsRole-1", "goldsmith-restore"),
        ("admin", "goldsmith-restore"),
        ("goldsmith-RetireStack-2-RestoreRole-1", "goldsmith-hold"),
        ("goldsmith-RetireStack-2-ChangeHoldRole-1", "goldsmith-restore"),
        ("operator", "goldsmith-hold"),
    ],
)
def test_whoever_has_another_name_stays_out(grant: Granted, caller, role):
    assert "sts:AssumeRole" in denial(grant.by(caller, role))


@pytest.mark.parametrize("role", ["goldsmith-retire", "goldsmith-restore", "goldsmith-hold"])
def test_so_does_whoever_is_of_another_account(grant: Granted, embedded: Embedded, role):
    stranger = Granted(embedded.new_account(), grant.member)
    assert denial(stranger.by(f"goldsmith-RetireStack-1-{FUNCTIONS[role]}Role-1", role))
