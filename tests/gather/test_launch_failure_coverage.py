"""Where nobody would hear of a launch that fails, it is said why."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from goldsmith.gather.retire.launch_failure_coverage import RULES, uncovered
from goldsmith.gather.usage.reader import RegionReader

ACCOUNT, FAR, NEAR = "111111111111", "us-west-2", "eu-west-1"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/goldsmith"
WRITES = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


class Events:
    """`rules`: the state of each that has the bus for a target, on two pages."""

    def __init__(self, **rules: str) -> None:
        self.rules = rules

    def get_paginator(self, _: str) -> "Events":
        return self

    def paginate(self, TargetArn: str) -> list[dict[str, Any]]:  # noqa: N803 - boto3's
        assert TargetArn == BUS
        return [{"RuleNames": [f"goldsmith-region-{name}-X1"]} for name in self.rules]

    def describe_rule(self, Name: str) -> dict[str, str]:  # noqa: N803
        return {"State": self.rules[Name.split("-")[2]]}


class Trails:
    """One trail as a region shows it: made in `FAR`, of `account`; its selectors can be read in `FAR` alone."""

    def __init__(self, region: str, *, logs: bool = True, account: str = ACCOUNT, **selectors: Any) -> None:
        self.region, self.logs, self.account, self.selectors = region, logs, account, selectors

    def describe_trails(self, **_: Any) -> dict[str, Any]:
        about = {"TrailARN": f"arn:aws:cloudtrail:{FAR}:{self.account}:trail/all", "HomeRegion": FAR}
        return {"trailList": [about | {"HasCustomEventSelectors": bool(self.selectors)}]}

    def get_trail_status(self, **_: Any) -> dict[str, bool]:
        return {"IsLogging": self.logs}

    def get_event_selectors(self, **_: Any) -> dict[str, Any]:
        if (self.region, self.account) != (FAR, ACCOUNT):
            raise ClientError({"Error": {"Code": "TrailNotFoundException", "Message": "no"}}, "GetEventSelectors")
        return self.selectors


def why(events: Events | None = None, **trail: Any) -> str:
    heard = events or Events(**dict.fromkeys(RULES, "ENABLED"))
    return "; ".join(
        uncovered(RegionReader(ACCOUNT, NEAR, lambda _: heard), BUS, lambda region: Trails(region, **trail))
    )


def advanced(*more: dict[str, Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"FieldSelectors": [MANAGEMENT, *more]}]}


@pytest.mark.parametrize(
    "trail",
    [
        {},
        {"EventSelectors": [WRITES]},
        {"EventSelectors": [WRITES | {"IncludeManagementEvents": False}, WRITES | {"ReadWriteType": "All"}]},
        advanced(),
        advanced({"Field": "readOnly", "Equals": ["false"]}),
        advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"], "Equals": []}),
        {"account": "999999999999", "EventSelectors": [WRITES]},  # the organization's
    ],
    ids=str,
)
def test_a_trail_that_takes_launches_hears_them(trail):
    assert why(**trail) == ""


@pytest.mark.parametrize(
    "trail",
    [
        {"EventSelectors": [WRITES | {"IncludeManagementEvents": False}]},
        {"EventSelectors": [WRITES | {"ReadWriteType": "ReadOnly"}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]},
        advanced({"Field": "readOnly", "Equals": ["true"]}),
        advanced({"Field": "eventSource", "NotEquals": ["ec2.amazonaws.com"]}),
        advanced({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}),
        advanced({"Field": "eventName", "Equals": ["StopInstances"]}),
    ],
    ids=str,
)
def test_one_that_leaves_launches_out_is_named(trail):
    assert why(**trail).endswith(
        f"the event selectors of arn:aws:cloudtrail:{FAR}:{ACCOUNT}:trail/all may leave launches out"
    )


def test_one_that_does_not_log_hears_nothing():
    assert why(logs=False) == "no CloudTrail trail records there, so that a refused launch is not told"


@pytest.mark.parametrize("rules", [{}, {"LaunchFailed": "DISABLED"}], ids=str)
def test_a_rule_that_forwards_nothing_is_named(rules):
    heard = dict.fromkeys(RULES[1:], "ENABLED") | rules
    assert why(Events(**heard)) == f"no rule LaunchFailed forwards failed launches to {BUS}: deploy region.yaml there"


def test_what_may_not_be_read_is_doubt():
    class Closed(Trails):
        def describe_trails(self, **_: Any) -> dict[str, Any]:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeTrails")

    heard = Events(**dict.fromkeys(RULES, "ENABLED"))
    (doubt,) = uncovered(RegionReader(ACCOUNT, NEAR, lambda _: heard), BUS, Closed)
    assert "cloudtrail:DescribeTrails" in doubt
