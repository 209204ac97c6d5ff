"""EC2's published token buckets, and ours, which hold less: nothing is refused, and little is waited in vain."""

from dataclasses import dataclass, field

import pytest

from goldsmith.pace import Paces

EC2 = {
    "DeregisterImage": (100, 5.0),
    "DeleteSnapshot": (100, 5.0),
    "CreateTags": (100, 10.0),
    "DisableImage": (50, 5.0),
}
MANY = 581


@dataclass
class Clock:
    """Time passes only where somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def fewest(call: str, clock: Clock, paces: Paces, times: int = MANY) -> float:
    """The fewest tokens that EC2's own bucket holds on the way."""
    size, refill = EC2[call]
    tokens, looked, least = float(size), clock.now, float(size)
    for _ in range(times):
        paces.take("1", "us-east-1", call)
        tokens = min(size, tokens + (clock.now - looked) * refill) - 1
        looked, least = clock.now, min(least, tokens)
    return least


@pytest.mark.parametrize("call", EC2)
def test_ec2_would_refuse_none_and_it_takes_hardly_longer_than_it_must(call):
    clock = Clock()
    least = fewest(call, clock, Paces(clock=clock, sleep=clock.sleep))
    size, refill = EC2[call]
    assert least >= 0
    assert clock.now - 1000 <= 1.1 * (MANY - size) / refill


def test_who_takes_over_goes_on_from_where_the_bucket_stands():
    clock, paces, least = Clock(), Paces(), []
    for _ in range(12):
        paces = Paces(paces.drawn(), clock=clock, sleep=clock.sleep)
        least.append(fewest("DeregisterImage", clock, paces, 50))
    assert clock.now - 1000 == pytest.approx((600 - 80) / 5)


def test_who_does_something_else_hands_on_what_others_drew():
    clock = Clock()
    paces = Paces(clock=clock, sleep=clock.sleep)
    for _ in range(80):
        paces.take("1", "us-east-1", "DeregisterImage")
    between = Paces(paces.drawn(), clock=clock, sleep=clock.sleep)
    between.take("1", "eu-west-1", "DisableImage")
    assert between.drawn().keys() == {"1#us-east-1#DeregisterImage", "1#eu-west-1#other"}

    clock.now += 80 / 5
    assert between.drawn() == {}


def test_each_region_has_buckets_of_its_own():
    clock = Clock()
    paces = Paces(clock=clock, sleep=clock.sleep)
    for region in ("us-east-1", "eu-west-1"):
        for _ in range(80):
            paces.take("1", region, "DeregisterImage")
    assert clock.slept == []
    assert {name: tokens for name, (tokens, _) in paces.drawn().items()} == {
        "1#us-east-1#DeregisterImage": 0.0,
        "1#eu-west-1#DeregisterImage": 0.0,
    }
