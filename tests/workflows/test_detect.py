"""AMIs of other builders are noticed, taken in once and verified; our own, copies and restored ones never are."""

import json
from collections.abc import Iterator

import pytest

from tests.embedded import Embedded, eventually
from tests.rights.grants import deployed
from tests.workflows.arranging import hears, knows
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import HOME, Ami, Deployed
from tests.workflows.verifying import FEW, Version

CLOUDTRAIL, STATE = "AWS API Call via CloudTrail", "EC2 AMI State Change"


@pytest.fixture(scope="module")
def whole(embedded: Embedded) -> Deployed:
    """A deployment that hears every image, and verifies what it took in only when a test asks for it."""
    made = deployed_in_a_world(embedded)
    knows(made, "webapp")
    hears(made, "ImageAdopted", wanted=False)
    return made


@pytest.fixture
def at(whole: Deployed) -> Iterator[Deployed]:
    whole.tell("weather/clear")
    yield whole
    assert not whole.undelivered()


def tag(image: Ami, **tags: str) -> Ami:
    written = [{"Key": key.replace("_", ":", 1), "Value": value} for key, value in tags.items()]
    image.at.client("ec2").create_tags(Resources=[image.id], Tags=written)
    return image


def tags(image: Ami) -> dict[str, str]:
    (found,) = image.at.client("ec2").describe_images(ImageIds=[image.id])["Images"]
    return {each["Key"]: each["Value"] for each in found.get("Tags", [])}


def lose(at: Deployed, *detail_types: str) -> None:
    for each in detail_types:
        at.tell("weather/events", bus=at.bus, detail_type=each, effect="lose")


def look_around(at: Deployed) -> list[str]:
    """As its schedule does, but come back when it is done; the ids of those that it asked for."""
    functions = deployed(at.account, "goldsmith", HOME, "AWS::Lambda::Function")
    (name,) = [each["PhysicalResourceId"] for each in functions if each["LogicalResourceId"] == "DetectImage"]
    answer = at.client("lambda").invoke(FunctionName=name, Payload=b'{"sweep": true}')
    found: list[str] = json.load(answer["Payload"])["asked"]
    return found


def asked(image: Ami) -> int:
    return [kind for kind, _ in image.history()].count("Adoption Requested")


def taken_in(image: Ami) -> dict[str, str]:
    """Once, with the tags that ours have."""
    image.adopted()
    look_around(image.at)
    found = tags(image)
    assert (found["goldsmith:stage"], found["goldsmith:image"]) == ("candidate", image.id)
    assert found["goldsmith:owner"] == "web"
    assert asked(image) == 1
    return found


def test_tagged_when_it_becomes_available(at: Deployed):
    found = taken_in(at.image().becomes())
    assert found["goldsmith:run"].startswith("adopt-ami-")


def test_tagged_only_after_it_became_available(at: Deployed):
    lose(at, STATE)  # told late, it would be read when the tag is there already
    image = at.image(goldsmith_family="").becomes()
    taken_in(tag(image, goldsmith_family="webapp", commit="abc123"))


def test_nobody_tells_and_looking_around_finds_it(at: Deployed):
    lose(at, CLOUDTRAIL, STATE)
    image = tag(at.image(goldsmith_family="").becomes(), goldsmith_family="webapp")
    at.sweep("DetectImage")
    taken_in(image)


def test_what_could_not_be_noticed_is_kept_for_a_person_and_looking_around_heals_it(at: Deployed):
    at.tell("weather", service="ec2", operation="DescribeImages", principal="DetectImageRole", effect="deny")
    image = at.image().becomes()
    (lost,) = eventually(at.undelivered)
    assert "-DetectImage-" in lost["requestContext"]["functionArn"]
    at.tell("weather/clear")

    assert look_around(at) == [image.id]
    image.adopted()


def test_its_version_is_its_builders(at: Deployed):
    image = at.image(goldsmith_version="7.3.1").becomes()
    assert taken_in(image)["goldsmith:version"] == "7.3.1"


def test_a_family_that_nobody_knows_is_refused_until_its_tag_is_mended(at: Deployed):
    image = at.image(goldsmith_family="wepapp").becomes()
    image.refused("no_recipe")
    assert look_around(at) == []  # does not ask again and again

    tag(image, goldsmith_family="webapp").ends("Image Adopted")

    assert asked(image) == 2


def test_our_own_copies_and_restored_images_never_are(at: Deployed):
    ours = at.image().becomes()
    ours.adopted()
    ec2 = at.client("ec2")
    copied = {"SourceImageId": ours.id, "SourceRegion": HOME}
    with_tags = Ami(at, ec2.copy_image(Name=f"copy-{ours.id}", CopyImageTags=True, **copied)["ImageId"]).becomes()
    without = Ami(at, ec2.copy_image(Name=f"bare-{ours.id}", **copied)["ImageId"]).becomes()

    tag(without, goldsmith_family="webapp").refused("copy_of_ours")
    look_around(at)
    with_tags.ask().refused("already_staged", "made_by_a_run", "copy_of_ours")

    assert asked(with_tags) == 1  # by this test
    assert asked(ours) == 1


def test_what_came_back_from_the_recycle_bin_never_is(at: Deployed):
    ours = at.image().becomes()
    ours.adopted()
    week = {"RetentionPeriodValue": 7, "RetentionPeriodUnit": "DAYS"}
    at.client("rbin").create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=week)
    at.client("ec2").deregister_image(ImageId=ours.id)
    at.client("ec2").restore_image_from_recycle_bin(ImageId=ours.id)

    look_around(at)

    assert asked(ours) == 1


def test_what_was_ours_and_lost_its_tags_never_is(at: Deployed):
    ours = at.image().becomes()
    ours.adopted()
    names = [{"Key": key} for key in tags(ours) if key != "goldsmith:family"]
    at.client("ec2").delete_tags(Resources=[ours.id], Tags=names)

    ours.ask(again=True).refused("was_ours")


def test_an_image_with_a_run_of_ours_never_is(at: Deployed):
    image = at.image(goldsmith_run="build-webapp-1").becomes()
    assert look_around(at) == []
    image.ask().refused("made_by_a_run")


def test_what_is_taken_in_is_verified(at: Deployed):
    hears(at, "ImageAdopted", wanted=True)
    version = Version(at).recipe(tests=FEW)
    image = at.image(goldsmith_family=version.name).becomes()
    adopted = image.ends("Image Adopted")

    mine = Version(at, version.name, version=adopted["version"])
    mine.comes_to("Image Verified")
    mine.leaves_nothing()
    hears(at, "ImageAdopted", wanted=False)

    assert tags(image)["goldsmith:stage"] == "verified"


def test_stopped_before_it_was_taken_in_it_is_a_stranger_still(at: Deployed):
    at.tell("clock", speed="held")
    at.tell("weather", service="ec2", operation="CreateTags", principal="ApplyAdopt", effect="throttle")
    image = at.image().becomes()
    eventually(lambda: image.timers("retry", "Apply"))
    image.stop()
    image.leaves_nothing()
    at.tell("weather/clear")
    at.tell("clock", speed="instant")
    assert "goldsmith:stage" not in tags(image)

    image.ask().adopted()
