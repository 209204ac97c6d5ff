from typing import Any

import pytest

from goldsmith.gather.retire.orphans import orphans
from tests.leaving import ago, image, seen


def left(**change: str) -> dict[str, dict[str, str]]:
    """A snapshot whose image is gone."""
    tags = {"family": "webapp", "version": "1", "stage": "disabled", "image": "ami-gone"}
    tags |= {"stage-since": ago(40).isoformat()} | change
    return {"snap-left": {f"goldsmith:{key}": value for key, value in tags.items()}}


def test_a_snapshot_whose_image_is_gone_is_found():
    (found,) = orphans(seen(left=left()))
    assert (found.snapshot_id, found.image_id, found.stage, found.recycled_days) == (
        "snap-left",
        "ami-gone",
        "disabled",
        30,
    )
    assert (found.since, found.users, found.unseen) == (ago(40), (), ())


@pytest.mark.parametrize("change", [{"stage": "released"}, {"stage": "candidate"}, {"family": ""}], ids=str)
def test_one_that_is_not_on_its_way_out_is_not_looked_at(change):
    assert list(orphans(seen(left=left(**change)))) == []


@pytest.mark.parametrize(
    "place", [{"binned": ("ami-gone",)}, {"images": (image("1", "disabled", image_id="ami-gone"),)}]
)
def test_one_whose_image_is_there_or_can_come_back_is_none(place: dict[str, Any]):
    assert list(orphans(seen(left=left()).model_copy(update=place))) == []


def test_another_image_that_has_it_is_named():
    (found,) = orphans(
        seen(image("2", "released", snapshots=("snap-left",)), left=left()).model_copy(update={"snapshots": left()})
    )
    assert found.users == ("ami-2-us-east-1",)


def test_what_could_not_be_read_there_is_told():
    (found,) = orphans(seen(left=left(), unseen={"images": "denied"}), ("images: 3 after 40",))
    assert found.unseen == ("111111111111 us-east-1 images: denied",)
    assert found.implausible == ("images: 3 after 40",)
