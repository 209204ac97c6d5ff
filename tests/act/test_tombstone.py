"""What is kept of an AMI before it is disabled, and is not lost when it is kept once more."""

from typing import Any

import pytest

from goldsmith.act.retire.tombstone import save_tombstone
from goldsmith.evidence import Evidence, tombstone_of
from goldsmith.values.restore import Tombstone
from goldsmith.values.retire import Copy, RetireStep
from goldsmith.vocabulary import Stage, Tag
from tests.act.conftest import NOW
from tests.act.leaving import OWNER, SHARED, ami, copies, facts, later
from tests.act.place_deeds import Ec2
from tests.act.shelf import shelf


def place(**more: Any) -> Ec2:
    ec2 = Ec2(role="Retirer")
    ec2.put(ami(Stage.DEPRECATED, **({"permissions": [*SHARED]} | more)))
    return ec2


def buried(copy: Copy, ec2: Ec2, evidence: Evidence, **when: float) -> Tombstone:
    save_tombstone(copy, facts(RetireStep.DISABLE, (copy,)), ec2=ec2, evidence=evidence, now=later(**when))
    stone = evidence.get(tombstone_of("webapp", "2026.05.01", copy.image), Tombstone)
    assert stone
    return stone


def test_it_holds_all_that_it_takes_to_bring_the_image_back():
    until = later(days=9)
    ec2 = place(protection="enabled-with-cooldown", deprecated_at=until)
    (copy,) = copies(ec2)
    stone = buried(copy, ec2, shelf())
    assert stone.permissions == SHARED
    assert stone.tags == ec2.images[copy.image.image_id].tags
    assert stone.snapshot_tags == ec2.snapshots
    assert (stone.copy_.protection, stone.copy_.deprecated_at) == ("enabled-with-cooldown", until)
    assert (stone.family, stone.version, stone.owner, stone.kept_at) == ("webapp", "2026.05.01", OWNER, NOW)


@pytest.mark.parametrize("read", ["before", "after"])
def test_once_the_image_is_disabled_it_is_not_overwritten(read):
    """Neither by who read it before, nor by who read it since."""
    ec2, evidence = place(), shelf()
    (copy,) = copies(ec2)
    first = buried(copy, ec2, evidence)
    ec2.disable_image(ImageId=copy.image.image_id)
    again = copy if read == "before" else copies(ec2)[0]
    assert buried(again, ec2, evidence, hours=1) == first


def test_while_the_image_can_be_launched_it_is_kept_anew():
    """Whoever died between the two had kept it, and shares may have been added since."""
    ec2, evidence = place(permissions=[]), shelf()
    (copy,) = copies(ec2)
    assert buried(copy, ec2, evidence).permissions == ()
    ec2.images[copy.image.image_id].permissions += SHARED
    assert buried(copy, ec2, evidence, hours=1).permissions == SHARED


def test_what_somebody_else_disabled_has_one_too_and_it_says_so():
    ec2, evidence = place(), shelf()
    (copy,) = copies(ec2)
    ec2.images[copy.image.image_id].state = "disabled"
    stone = buried(copy, ec2, evidence)
    assert (stone.copy_.state, stone.permissions) == ("disabled", ())


def test_an_image_that_is_gone_has_none():
    ec2, evidence = place(), shelf()
    (copy,) = copies(ec2)
    ec2.images.clear()
    save_tombstone(copy, facts(RetireStep.DISABLE, (copy,)), ec2=ec2, evidence=evidence, now=NOW)
    assert not evidence.s3.objects


def test_an_image_without_snapshots_has_one():
    ec2 = place(snapshots=())
    (copy,) = copies(ec2)
    stone = buried(copy, ec2, shelf())
    assert (stone.snapshot_tags, stone.tags[Tag.STAGE]) == ({}, "deprecated")
