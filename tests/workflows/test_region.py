"""region.yaml as deployed: what is shared and kept there."""

import json

from sandbox.deploy import deploy
from sandbox.packaging import ROOT
from tests.embedded import Embedded

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/goldsmith"
CONSUMER, ORGANIZATION = "333333333333", "o-abcdefghij"


def test_who_is_named_may_use_the_key_and_what_is_deleted_is_kept(embedded: Embedded):
    account, region = embedded.new_account(), "eu-west-1"
    asked = {"HomeBus": BUS, "ConsumerAccounts": CONSUMER, "ConsumerOrganization": ORGANIZATION, "RecycleDays": "45"}

    deploy(embedded.endpoint, account.id, region, template=ROOT / "region.yaml", stack="r", parameters=asked)

    kms = account.client("kms", region)
    key = kms.describe_key(KeyId="alias/goldsmith")["KeyMetadata"]["KeyId"]
    statements = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])["Statement"]
    assert len([each for each in statements if CONSUMER in str(each["Principal"])]) == 3
    organization = [each for each in statements if ORGANIZATION in str(each.get("Condition"))]
    assert len(organization) == 3
    for kind in ("EC2_IMAGE", "EBS_SNAPSHOT"):
        (rule,) = account.client("rbin", region).list_rules(ResourceType=kind)["Rules"]
        assert rule["RetentionPeriod"] == {"RetentionPeriodValue": 45, "RetentionPeriodUnit": "DAYS"}


def test_without_names_nobody_else_may(embedded: Embedded):
    account, region = embedded.new_account(), "eu-west-1"

    deploy(embedded.endpoint, account.id, region, template=ROOT / "region.yaml", stack="r", parameters={"HomeBus": BUS})

    kms = account.client("kms", region)
    key = kms.describe_key(KeyId="alias/goldsmith")["KeyMetadata"]["KeyId"]
    statements = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])["Statement"]
    for each in statements:
        mine = account.id in str(each["Principal"]) or account.id in str(each["Condition"])
        assert mine, each
