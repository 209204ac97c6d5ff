"""What is rare and must end all the same: failed copies that are partly gone, what EC2 does not show, a bad source."""

from typing import Any

import pytest

from goldsmith.act.distribute.copy import Copier
from goldsmith.act.distribute.finish import Finisher
from goldsmith.errors import NeedsAPerson, TryAgain
from goldsmith.ledger.table import Ledger
from goldsmith.model import ImageRef
from goldsmith.values.distribute import Copying, Finished, Finishing, Leg, Sharing
from tests.act.conftest import ACCOUNT, IMAGE, NOW, REGION

THERE = "eu-west-1"
LEG = Leg(architecture="x86_64", region=THERE, source=IMAGE, name="webapp-1-x86_64", kms_key="alias/goldsmith")
HOME = LEG.model_copy(update={"region": REGION})


def found(name: str = "webapp-1-x86_64", state: str = "available", **more: Any) -> dict[str, Any]:
    """As EC2 describes an AMI, here of the source."""
    tags = {"family": "webapp", "version": "1", "stage": "verified", "image": IMAGE.image_id, "expires": "2035-01-01"}
    source = {"SourceImageId": IMAGE.image_id, "SourceImageRegion": REGION}
    written = [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]
    image = {"ImageId": IMAGE.image_id, "OwnerId": ACCOUNT, "Name": name, "State": state, "Tags": written}
    return image | source | {"BlockDeviceMappings": [{"Ebs": {"SnapshotId": "snap-1"}}]} | more


class Ec2:
    """Shows these AMIs whatever was set, and remembers what was asked for."""

    def __init__(self, *images: dict[str, Any]) -> None:
        self.images = list(images)
        self.copied: list[str] = []

    def get_paginator(self, _: str) -> "Ec2":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Images": [each for each in self.images if each["State"] == "failed"]}]

    def describe_images(self, **_: Any) -> dict[str, Any]:
        return {"Images": self.images[-1:]}

    def describe_snapshots(self, **_: Any) -> dict[str, Any]:
        tags = [{"Key": "goldsmith:image", "Value": IMAGE.image_id}]
        return {"Snapshots": [{"SnapshotId": "snap-1", "Tags": tags}]}

    def copy_image(self, **asked: Any) -> dict[str, str]:
        self.copied.append(asked["Name"])
        return {"ImageId": "ami-new"}

    def create_tags(self, **_: Any) -> None: ...

    def enable_image_deprecation(self, **_: Any) -> None: ...

    def enable_image_deregistration_protection(self, **_: Any) -> None: ...


@pytest.mark.parametrize(
    ("failed", "name"),
    [
        ((), "webapp-1-x86_64"),
        (("webapp-1-x86_64",), "webapp-1-x86_64-2"),
        (("webapp-1-x86_64", "webapp-1-x86_64-2"), "webapp-1-x86_64-3"),
        (("webapp-1-x86_64-2",), "webapp-1-x86_64"),  # the first one was removed meanwhile
        (("webapp-1-x86_64", "webapp-1-x86_64-3"), "webapp-1-x86_64-2"),
    ],
    ids=str,
)
def test_the_next_attempt_has_a_name_that_is_free(ledger: Ledger, failed, name):
    ec2 = Ec2(*(found(each, "failed") for each in failed), found())

    Copier(lambda *_: ec2, ledger, NOW).copy(Copying(run="distribute-webapp-1-1", leg=LEG))

    assert ec2.copied == [name]


def finished(ledger: Ledger, ec2: Ec2, leg: Leg = LEG, looks: int = 0) -> Finished:
    image = ImageRef(image_id=IMAGE.image_id, account=ACCOUNT, region=leg.region)
    asked = Finishing(leg=leg, image=image, sharing=Sharing(), looks=looks)
    return Finisher(lambda *_: ec2, ledger, NOW).finish(asked)


WHOLE = {"DeprecationTime": "2035-01-01T00:00:00.000Z", "DeregistrationProtection": "enabled-with-cooldown"}


def test_it_is_done_when_a_later_look_finds_nothing_to_set(ledger: Ledger):
    assert finished(ledger, Ec2(found())).next == "look"
    assert finished(ledger, Ec2(found(**WHOLE))).next == "look"
    assert finished(ledger, Ec2(found(**WHOLE)), looks=1).next == "done"


def test_what_ec2_does_not_show_is_looked_for_after_a_while_and_not_at_once(ledger: Ledger):
    with pytest.raises(TryAgain, match="does not show yet"):
        finished(ledger, Ec2(found()), looks=1)


def test_a_copy_that_failed_is_made_again_but_a_source_cannot_be(ledger: Ledger):
    assert finished(ledger, Ec2(found(state="failed"))).next == "copy"
    with pytest.raises(NeedsAPerson, match="is failed"):
        finished(ledger, Ec2(found(state="failed")), HOME)
