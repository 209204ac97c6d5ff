"""What merely looks like ours is let alone by every sweep, whatever its tags say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.embedded import Embedded
from tests.workflows.deployed import HOME
from tests.workflows.estates import LONG_AGO, VERSION, aside, nobodys, small_estate
from tests.workflows.old_ami import Ami, make
from tests.workflows.retiring import Estate


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Estate:
    return small_estate(embedded)


def seen(ami: Ami) -> tuple[str, dict[str, str], list[Any]]:
    """All that a sweep could change."""
    found = ami.shown() or {}
    return ami.state, ami.tags(), [found.get("DeprecationTime"), found.get("DeregistrationProtection")]


def copied(own: Estate, ami: Ami) -> Ami:
    """As somebody copies an image together with its tags."""
    asked = {"SourceImageId": ami.id, "SourceRegion": HOME, "Name": f"copy of {ami.id}", "CopyImageTags": True}
    image = ami.ec2.copy_image(**asked)["ImageId"]
    own.at.tell("images/release", region=HOME, image_id=image)
    return Ami(ami.account, HOME, image)


@pytest.mark.parametrize("stage", ["superseded", "deprecated", "rejected", "failed", "disabled"])
def test_a_copy_with_our_tags_stays_as_it_is_and_keeps_what_it_was_made_from(own: Estate, stage):
    """It names another id than its own."""
    family = nobodys()
    (ami,) = own.current(family).version(family, VERSION, stage, days=100)
    copy = copied(own, ami)
    for each in (ami, copy):
        if stage == "disabled":
            each.ec2.disable_image(ImageId=each.id)
    before = seen(copy)
    assert before[1] == ami.tags()

    assert own.born().sweeps()["unseen"] == []

    assert "not_ours" in own.reasons(family, VERSION)
    assert (seen(copy), ami.stage) == (before, stage)


def test_a_copy_outlives_what_it_was_made_from(own: Estate):
    ami = aside(own, "failed")
    copy, family = copied(own, ami), ami.tags()["goldsmith:family"]
    ami.ec2.deregister_image(ImageId=ami.id)
    copy.ec2.disable_image(ImageId=copy.id)
    before = seen(copy)

    own.sweeps()

    assert "not_ours" in own.reasons(family, VERSION)
    assert seen(copy) == before


def test_an_image_whose_birth_was_never_told_stays_as_it_is(own: Estate):
    """It names its own id, and carries all our tags."""
    family = nobodys()
    since = (datetime.now(UTC) - timedelta(days=LONG_AGO)).isoformat(timespec="seconds")
    named = {"family": family, "version": VERSION, "stage": "failed", "stage-since": since}
    ami = make(own.at.account, HOME, named)
    ami.ec2.disable_image(ImageId=ami.id)
    before = seen(ami)

    own.sweeps()

    assert "not_ours" in own.reasons(family, VERSION)
    assert seen(ami) == before
