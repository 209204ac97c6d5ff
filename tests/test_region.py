"""What region.yaml must keep true: who may use its key, what can be brought back, which launches are told of."""

from typing import Any

import pytest

from goldsmith.vocabulary import Stage
from tests.deployment import resources
from tests.test_events import matched
from tests.test_scream import FAILED, FLEET, REFUSED

FORWARDED = {name: rule["EventPattern"] for name, rule in resources("AWS::Events::Rule", "region.yaml").items()}


def test_what_is_deleted_in_a_region_can_be_brought_back_whatever_its_stage():
    rules = resources("AWS::Rbin::Rule", "region.yaml").values()
    assert {each["ResourceType"] for each in rules} == {"EC2_IMAGE", "EBS_SNAPSHOT"}
    for each in rules:
        kept = {tag["ResourceTagValue"] for tag in each["ResourceTags"] if tag["ResourceTagKey"] == "goldsmith:stage"}
        assert kept >= set(Stage) - {Stage.DEREGISTERED}  # which no tag says
        assert each["RetentionPeriod"]["RetentionPeriodValue"] == {"Ref": "RecycleDays"}


def test_the_key_of_a_region_is_used_by_consumers_only_where_they_are_named():
    (key,) = resources("AWS::KMS::Key", "region.yaml").values()
    shared = [each["Fn::If"] for each in key["KeyPolicy"]["Statement"] if "Fn::If" in each]
    assert {condition for condition, _, _ in shared} == {"SharesWithAccounts", "SharesWithOrganization"}
    for condition, statement, otherwise in shared:
        assert otherwise == {"Ref": "AWS::NoValue"}
        asked = statement.get("Condition", {})
        if condition == "SharesWithOrganization":
            assert asked["StringEquals"] == {"aws:PrincipalOrgID": {"Ref": "ConsumerOrganization"}}
        else:
            assert statement["Principal"] == {"AWS": {"Ref": "ConsumerAccounts"}}
        assert statement["Action"] != "kms:CreateGrant" or asked["Bool"] == {"kms:GrantIsForAWSResource": "true"}


def test_the_key_of_a_region_is_used_by_nobody_else_than_services_of_its_own_account():
    """Service-linked roles cannot be named as principals before they are there, so conditions name them."""
    (key,) = resources("AWS::KMS::Key", "region.yaml").values()
    assert key["EnableKeyRotation"] is True
    administered, *used = [each for each in key["KeyPolicy"]["Statement"] if "Fn::If" not in each]
    assert administered["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    services = set()
    for statement in used:
        assert statement["Condition"]["StringEquals"] == {"kms:CallerAccount": {"Ref": "AWS::AccountId"}}
        named = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"]
        services.add(named.removeprefix("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/"))
    assert services == {
        "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*",
        "*inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2*",
    }


def changed(sample: dict[str, Any], **detail: Any) -> dict[str, Any]:
    kept = {name: value for name, value in sample["detail"].items() if detail.get(name, value) is not None}
    return sample | {"detail": kept | {name: value for name, value in detail.items() if value is not None}}


def answered(errors: Any) -> dict[str, Any]:
    """A fleet that was answered with these errors."""
    return changed(FLEET, responseElements={"CreateFleetResponse": {"errorSet": errors}})


@pytest.mark.parametrize(
    ("event", "rules"),
    [
        (FAILED, {"LaunchFailed"}),
        (FAILED | {"detail-type": "EC2 Instance Launch Successful"}, set()),
        (REFUSED, {"LaunchRefused"}),
        (changed(REFUSED, eventName="CreateFleet"), {"LaunchRefused"}),
        (changed(REFUSED, eventName="StartInstances"), set()),
        (changed(REFUSED, errorCode=None), set()),
        (FLEET, {"LaunchRefused"}),
        (answered({"item": {"errorCode": "InvalidAMIID.Unavailable"}}), {"LaunchRefused"}),
        (answered(""), set()),
        (changed(FLEET, responseElements=None), set()),
    ],
)
def test_launches_that_fail_are_forwarded_and_no_others(event, rules):
    assert matched(event, FORWARDED) == rules
