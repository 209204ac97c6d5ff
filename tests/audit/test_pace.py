from typing import Any

from botocore.stub import Stubber

from goldsmith.pace import Bucket
from goldsmith_cli.audit.pace import EC2, Calls
from tests.audit.cloud import HOME, Cloud


class Clock:
    """Time passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_full_bucket_lets_its_size_pass_at_once_and_then_its_refill():
    clock = Clock()
    bucket = Bucket(80, 16.0, clock, clock.sleep)

    for _ in range(80):
        bucket.take()
    at_once = clock.now
    for _ in range(160):
        bucket.take()

    assert at_once == 0
    assert round(clock.now, 6) == 10


def test_rest_fills_a_bucket_to_its_size_and_no_further():
    clock = Clock()
    bucket = Bucket(2, 1.0, clock, clock.sleep)
    clock.now = 1_000.0

    for _ in range(4):
        bucket.take()

    assert clock.now == 1_002


def test_it_stays_below_what_ec2_takes():
    size, refill = EC2

    assert size < 100
    assert refill < 20


def test_requests_are_counted_by_operation(account: Any):
    calls = Calls(paced=False)
    ec2 = calls.watch(account.client("ec2"), account.id)

    ec2.describe_images(Owners=["self"])
    ec2.describe_images(Owners=["self"])

    assert calls.made == {"ec2:DescribeImages": 2}


def test_what_never_reaches_the_wire_is_not_counted():
    calls = Calls(paced=False)
    client = calls.watch(Cloud().session(HOME).client("sts"), HOME)
    with Stubber(client) as stub:
        stub.add_response("get_caller_identity", {})
        client.get_caller_identity()

    assert not calls.made
