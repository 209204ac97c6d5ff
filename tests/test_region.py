"""What region.yaml must keep true: who may use its key, what can be brought back, which launches are told of."""

from typing import Any

import pytest

from goldsmith.vocabulary import Stage
from goldsmith_cli.grants import LAUNCHERS, OPERATIONS
from tests.deployment import resources
from tests.test_events import matched
from tests.test_failed_launch import FAILED, FLEET, REFUSED

AUTOSCALING = LAUNCHERS["autoscaling.amazonaws.com"]
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
        if statement["Action"] == "kms:CreateGrant":
            assert asked.get("Bool") == {"kms:GrantIsForAWSResource": "true"} or grants_to_launchers(asked)


def grants_to_launchers(asked: dict[str, Any]) -> bool:
    """Whether a statement allows the grants of `goldsmith member onboard`, and none to anybody else or for more."""
    role = "arn:${AWS::Partition}:iam::????????????:role/aws-service-role"
    names = {f"{role}/{service}/{name}" for service, name in LAUNCHERS.items()}
    names ^= {f"{role}/autoscaling.amazonaws.com/{name}" for name in (AUTOSCALING, f"{AUTOSCALING}*")}
    return (
        {each["Fn::Sub"] for each in asked["StringLike"]["kms:GranteePrincipal"]} == names
        and asked["ForAllValues:StringEquals"] == {"kms:GrantOperations": list(OPERATIONS)}
        and asked["Null"] == {"kms:GrantOperations": "false"}
    )


@pytest.mark.parametrize("condition", ["SharesWithAccounts", "SharesWithOrganization"])
def test_consumers_may_grant_the_key_to_what_launches_there(condition):
    """A person makes that grant, so the statement must not demand kms:GrantIsForAWSResource."""
    (key,) = resources("AWS::KMS::Key", "region.yaml").values()
    mine = [each["Fn::If"][1] for each in key["KeyPolicy"]["Statement"] if each.get("Fn::If", [""])[0] == condition]
    asked = [each["Condition"] for each in mine if each["Action"] == "kms:CreateGrant"]
    assert [("Bool" in each, "Null" in each) for each in asked] == [(True, False), (False, True)]


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
