import pytest

from goldsmith.gather.retire.baseline import after, losses
from goldsmith.values.estate import RegionInventory
from goldsmith.values.sweep import Baseline
from tests.leaving import NEAR, image, seen

LIVE = [image(str(number), "released") for number in range(8)]
GOING = [image(str(number), "disabled") for number in range(10, 30)]


def base(*places: RegionInventory) -> Baseline:
    return after(Baseline(), places)


def test_what_a_sweep_may_deregister_is_no_loss():
    assert losses(base(seen(*LIVE, *GOING)), [seen(*LIVE)]) == ()


def test_what_was_disabled_since_is_still_there():
    now_disabled = [image(str(number), "disabled") for number in range(8)]
    assert losses(base(seen(*LIVE)), [seen(*now_disabled)]) == ()


@pytest.mark.parametrize(("left", "lost"), [(6, ()), (5, ("111111111111 us-east-1 images: 5 after 8",))])
def test_a_quarter_less_is_not_believed(left, lost):
    assert losses(base(seen(*LIVE)), [seen(*LIVE[:left], *GOING)]) == lost


def test_a_source_that_held_something_and_is_empty_is_not_believed():
    before = base(seen(*LIVE, counts={"EKS node groups": 3}))
    assert losses(before, [seen(*LIVE, counts={"EKS node groups": 0})]) == (
        "111111111111 us-east-1 EKS node groups: 0 after 3",
    )


def test_a_place_that_vanished_is_not_believed():
    assert (
        losses(base(seen(*LIVE), seen(image("1", "released", account_region=NEAR), account_region=NEAR)), [seen(*LIVE)])
        != ()
    )


def test_what_could_not_be_read_is_told_already_and_stays_as_it_was():
    before = base(seen(*LIVE, counts={"EKS node groups": 3}))
    denied = seen(*LIVE, counts={"EKS node groups": 0}, unseen={"EKS node groups": "denied"})
    assert losses(before, [denied]) == ()
    assert after(before, [denied]) == before
