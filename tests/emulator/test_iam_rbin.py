"""Rules of the Recycle Bin: a new one is `rule/*`, its tags are named by its ARN."""

from typing import Any

import pytest

from tests.embedded import Account
from tests.permissions import allow, denial, role

RULES = "arn:aws:rbin:*:*:rule/*"
WEEK = {"RetentionPeriodValue": 7, "RetentionPeriodUnit": "DAYS"}
OURS = [{"Key": "goldsmith:owner", "Value": "platform"}]


def create(rbin: Any, kind: str = "EC2_IMAGE", **more: Any) -> Any:
    return rbin.create_rule(ResourceType=kind, RetentionPeriod=WEEK, **more)


@pytest.mark.contract("iam_resources")
def test_a_rule_is_made_with_the_right_on_rules(account: Account):
    maker = role(account, allow("rbin:CreateRule", RULES, StringEquals={"rbin:Request/ResourceType": "EC2_IMAGE"}))
    tagger = role(account, allow("rbin:CreateRule", RULES, StringEquals={"aws:RequestTag/goldsmith:owner": "platform"}))

    assert denial(lambda: create(maker.client("rbin"))) == ""
    assert "rbin:CreateRule on resource: arn:aws:rbin:us-east-1:" in denial(
        lambda: create(maker.client("rbin"), "EBS_SNAPSHOT")
    )
    assert denial(lambda: create(tagger.client("rbin"), Tags=OURS)) == ""
    assert "rbin:CreateRule" in denial(lambda: create(tagger.client("rbin")))


@pytest.mark.contract("iam_resources")
def test_tags_of_a_rule_are_authorised_on_the_rule(account: Account):
    arn = create(account.client("rbin"), Tags=OURS)["RuleArn"]
    other = create(account.client("rbin"))["RuleArn"]
    ours = {"aws:ResourceTag/goldsmith:owner": "platform"}
    keeper = role(account, allow(["rbin:TagResource", "rbin:UntagResource"], arn), allow("rbin:*", StringEquals=ours))
    rbin = keeper.client("rbin")

    assert denial(lambda: rbin.tag_resource(ResourceArn=arn, Tags=OURS)) == ""
    assert denial(lambda: rbin.get_rule(Identifier=arn.rpartition("/")[2])) == ""
    assert denial(lambda: rbin.untag_resource(ResourceArn=arn, TagKeys=["none"])) == ""
    assert f"rbin:TagResource on resource: {other}" in denial(lambda: rbin.tag_resource(ResourceArn=other, Tags=OURS))
    assert f"on resource: {other}" in denial(lambda: rbin.get_rule(Identifier=other.rpartition("/")[2]))
