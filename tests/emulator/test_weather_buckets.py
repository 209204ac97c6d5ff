from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.faults.buckets import Buckets
from tests.embedded import Account, Embedded

ACCOUNT, HERE = "111122223333", "us-east-1"
SIZES: dict[str, tuple[int, int]] = {  # the burst that a full bucket bears, and what ten seconds bring back
    "DescribeImages": (100, 100),
    "DescribeImageUsageReports": (100, 100),
    "GetImageAncestry": (100, 100),
    "DescribeInstances": (50, 50),
    "CreateImage": (50, 50),
    "DisableImage": (50, 50),
    "CopyImage": (100, 10),
    "DeregisterImage": (100, 50),
    "ModifyImageAttribute": (100, 50),
    "CreateSnapshot": (100, 50),
    "CreateSnapshots": (100, 50),
    "DeleteSnapshot": (100, 50),
    "ModifySnapshotAttribute": (100, 50),
    "TerminateInstances": (100, 50),
    "CreateLaunchTemplateVersion": (100, 50),
    "ModifyLaunchTemplate": (100, 50),
    "CreateTags": (100, 100),
    "DeleteTags": (100, 100),
    "RunInstances": (5, 5),
    "StartInstances": (5, 5),
    "EnableFastLaunch": (5, 5),
    "CreateStoreImageTask": (50, 1),
    "CreateRestoreImageTask": (50, 1),
    "EnableImageBlockPublicAccess": (1, 1),
}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(clock: Clock) -> Buckets:
    made = Buckets(clock)
    made.switch(ACCOUNT, None, on=True)
    return made


def burst(buckets: Buckets, operation: str, *, region: str = HERE, account: str = ACCOUNT, **parameters: str) -> int:
    """How many of 150 calls at one moment pass."""
    return sum(buckets.take(account, region, operation, parameters) for _ in range(150))


@pytest.mark.parametrize("operation", SIZES)
def test_the_bucket_of_an_operation(buckets: Buckets, clock: Clock, operation: str):
    full, back = SIZES[operation]

    assert burst(buckets, operation) == full
    clock.now += 10
    assert burst(buckets, operation) == back
    clock.now += 3600
    assert burst(buckets, operation) == full


@pytest.mark.parametrize(
    ("operation", "seconds", "back"),
    [
        ("DescribeImages", 1, 20), ("DescribeVolumes", 1, 10), ("CreateImage", 1, 5), ("CopyImage", 1, 1),
        ("CreateTags", 1, 10), ("RunInstances", 1, 2), ("CopyImage", 0.5, 0), ("CreateStoreImageTask", 9, 0),
    ],
)  # fmt: skip
def test_how_fast_a_bucket_fills(buckets: Buckets, clock: Clock, operation: str, seconds: float, back: int):
    burst(buckets, operation)
    clock.now += seconds
    assert burst(buckets, operation) == back


def test_to_filter_or_to_ask_for_pages_costs_less(buckets: Buckets):
    assert burst(buckets, "DescribeSnapshots", Version="2016-11-15") == 50
    assert burst(buckets, "DescribeSnapshots", **{"Filter.1.Name": "tag:a"}) == 100
    assert burst(buckets, "DescribeSnapshots", MaxResults="100") == 0  # the same bucket


def test_each_operation_region_and_account_has_its_own(buckets: Buckets):
    buckets.switch("444455556666", HERE, on=True)

    assert burst(buckets, "RunInstances") == 5
    assert burst(buckets, "StartInstances") == 5
    assert burst(buckets, "RunInstances", region="eu-west-1") == 5
    assert burst(buckets, "RunInstances", account="444455556666") == 5
    assert burst(buckets, "RunInstances", account="444455556666", region="eu-west-1") == 150
    assert burst(buckets, "RunInstances", account="777788889999") == 150


def test_what_is_said_of_a_region_comes_first_and_of_all_regions_last(buckets: Buckets):
    buckets.switch(ACCOUNT, HERE, on=False)
    assert burst(buckets, "RunInstances") == 150
    assert burst(buckets, "RunInstances", region="eu-west-1") == 5

    buckets.switch(ACCOUNT, None, on=True)
    assert burst(buckets, "RunInstances") == 5
    assert burst(buckets, "RunInstances", region="eu-west-1") == 5  # full again

    buckets.switch(ACCOUNT, None, on=False)
    assert not buckets.are_on
    assert burst(buckets, "RunInstances") == 150


def test_calls_are_counted_until_they_are_cleared(buckets: Buckets):
    burst(buckets, "RunInstances")
    burst(buckets, "CopyImage", region="eu-west-1")
    buckets.switch(ACCOUNT, None, on=False)

    counted = [
        {"account": ACCOUNT, "region": "eu-west-1", "operation": "CopyImage", "passed": 100, "refused": 50},
        {"account": ACCOUNT, "region": HERE, "operation": "RunInstances", "passed": 5, "refused": 145},
    ]
    assert buckets.shown(ACCOUNT) == buckets.shown(None) == counted
    buckets.clear("444455556666")
    assert buckets.shown(None) == counted
    buckets.clear(ACCOUNT)
    assert buckets.shown(None) == []


def code(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**asked)
    error = refusal.value.response
    return f"{error['Error']['Code']} {error['ResponseMetadata']['HTTPStatusCode']}"


BLOCK = {"ImageBlockPublicAccessState": "block-new-sharing"}


@pytest.mark.contract("api_weather")
def test_ec2_refuses_before_any_effect(account: Account):
    ec2 = account.client("ec2")
    for _ in range(2):
        ec2.enable_image_block_public_access(**BLOCK)  # the buckets are off
    assert account.tell("weather/buckets", on=True) == {"account": account.id, "on": True}

    ec2.enable_image_block_public_access(**BLOCK)
    ec2.disable_image_block_public_access()
    assert code(ec2.enable_image_block_public_access, **BLOCK) == "RequestLimitExceeded 503"

    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"
    counts = {each["operation"]: (each["passed"], each["refused"]) for each in account.tell("weather/show")["buckets"]}
    assert counts == {
        "EnableImageBlockPublicAccess": (1, 1), "DisableImageBlockPublicAccess": (1, 0),
        "GetImageBlockPublicAccessState": (1, 0),
    }  # fmt: skip


@pytest.mark.contract("api_weather")
def test_buckets_are_of_one_region_of_one_account_and_end(embedded: Embedded, account: Account):
    account.tell("weather/buckets", region="us-east-1", on=True)
    ec2 = account.client("ec2")
    ec2.enable_image_block_public_access(**BLOCK)
    assert code(ec2.enable_image_block_public_access, **BLOCK) == "RequestLimitExceeded 503"

    for other in (account.client("ec2", "eu-west-1"), embedded.new_account().client("ec2")):
        for _ in range(2):
            other.enable_image_block_public_access(**BLOCK)
    account.client("sts").get_caller_identity()
    assert len(account.tell("weather/clear")["buckets"]) == 1

    ec2.enable_image_block_public_access(**BLOCK)
    assert account.tell("weather/show")["buckets"] == []


@pytest.mark.parametrize("wrong", [{}, {"on": True, "account": "me"}, {"on": True, "operation": "CopyImage"}])
def test_what_is_refused(account: Account, wrong: dict[str, Any]):
    with pytest.raises(ValueError, match="validation error"):
        account.tell("weather/buckets", **wrong)
