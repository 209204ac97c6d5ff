"""Which versions are verified, by which recipe, against what: every way in which that is not as it should be."""

from tests.workflows.arranging import hears
from tests.workflows.building import Family
from tests.workflows.verifying import FEW, Version


def test_both_architectures_side_by_side(builds):
    both = Version(builds, architectures=("x86_64", "arm64")).recipe().candidate().candidate("arm64")
    detail = both.verify().verified()
    assert {each["architecture"] for each in detail["cards"]} == {"x86_64", "arm64"}


def test_there_is_no_such_version(version: Version):
    version.at.put("Verification Requested", {"family": version.name, "version": "2026.01.01", "again": True})
    ended = version.hears("Run Ended")
    assert ended["status"] == "FAILED"
    assert f"no AMI of {version.name} 2026.01.01 is in stage candidate" in ended["cause"]


def test_its_family_has_no_recipe_any_more(version: Version):
    version.at.client("s3").delete_object(
        Bucket=version.at.outputs["RecipesBucket"], Key=f"accepted/{version.name}.json"
    )
    version.verify()
    assert f"{version.name} has no recipe here" in version.comes_to("Run Ended")["cause"]


def test_what_is_known_of_the_released_one_is_gone(version: Version):
    """Its verification is told of, but what that kept is not there: nothing can be compared."""
    nowhere = {"architecture": "x86_64", "findings": "verifications/x", "inventory": "verifications/x", "measures": {}}
    version.candidate(stage="released", version="2026.11.01")
    version.at.put("Image Verified", {"family": version.name, "version": "2026.11.01", "kept": [nowhere]})
    version.hears("Image Verified")

    detail = version.verify().rejected("unseen")

    assert "verifications/x is not in" in detail["objections"][0]


def test_a_wildcard_names_no_version(version: Version):
    version.at.put("Verification Requested", {"family": version.name, "version": "2026.11.*", "again": True})
    assert "no AMI of" in version.hears("Run Ended")["cause"]


def test_what_is_released_is_not_tried_again(version: Version):
    (image,) = version.of_version()
    version.at.client("ec2").create_tags(
        Resources=[image["ImageId"]], Tags=[{"Key": "goldsmith:stage", "Value": "released"}]
    )
    version.verify()
    assert "no AMI of" in version.comes_to("Run Ended")["cause"]


def test_asked_for_three_times_at_once(version: Version):
    (image,) = version.of_version()
    version.at.tell("scans/hold", resource_id=image["ImageId"])
    version.verify().verify().verify().reaches("Await scan")
    version.at.tell("scans/release", resource_id=image["ImageId"])

    version.verified()

    assert list(version.runs().values()) == ["SUCCEEDED"]


def test_what_is_built_is_verified(builds):
    family = Family(builds).accepted(tests=FEW)
    hears(builds, "ImageBuilt", wanted=True)
    try:
        built = family.ask().builds().hears("Image Built")
        Version(builds, family.name, version=built["version"]).verified()
    finally:
        hears(builds, "ImageBuilt", wanted=False)
