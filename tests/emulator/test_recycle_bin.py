import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, seed

WEEK = {"RetentionPeriodValue": 7, "RetentionPeriodUnit": "DAYS"}
OURS = [{"ResourceTagKey": "team", "ResourceTagValue": "platform"}]
pytestmark = pytest.mark.contract("ec2_recycle_bin", "rbin_service")


def keep(account: Account, kind: str, **more: Any) -> Any:
    return account.client("rbin").create_rule(ResourceType=kind, RetentionPeriod=WEEK, **more)


def snapshot_of(ec2: Any, image: str) -> Any:
    return describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def test_an_image_comes_back_from_the_bin_as_it_was(embedded: Embedded, account: Account):
    keep(account, "EC2_IMAGE", ResourceTags=OURS)
    ec2, image = account.client("ec2"), seed(embedded, account, tags={"team": "platform"})
    ec2.disable_image(ImageId=image)
    before, snapshot = describe(ec2, image), snapshot_of(ec2, image)
    ec2.deregister_image(ImageId=image)

    [entry] = ec2.list_images_in_recycle_bin(ImageIds=[image])["Images"]

    assert (entry["ImageId"], entry["Name"]) == (image, "base")
    assert entry["RecycleBinExitTime"] - entry["RecycleBinEnterTime"] == timedelta(days=7)
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot)
    assert ec2.restore_image_from_recycle_bin(ImageId=image)["Return"]
    assert describe(ec2, image) == before
    assert ec2.list_images_in_recycle_bin()["Images"] == []


def test_an_image_no_rule_matches_is_gone(embedded: Embedded, account: Account):
    keep(account, "EC2_IMAGE", ResourceTags=OURS)
    keep(account, "EBS_SNAPSHOT")
    ec2, image = account.client("ec2"), seed(embedded, account, tags={"team": "other"})
    ec2.deregister_image(ImageId=image)
    assert ec2.list_images_in_recycle_bin()["Images"] == []
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        ec2.restore_image_from_recycle_bin(ImageId=image)


def test_a_region_rule_leaves_out_what_it_excludes(embedded: Embedded, account: Account):
    keep(account, "EC2_IMAGE", ExcludeResourceTags=OURS)
    ec2 = account.client("ec2")
    kept, excluded = seed(embedded, account, "kept"), seed(embedded, account, "out", tags={"team": "platform"})
    for image in (kept, excluded):
        ec2.deregister_image(ImageId=image)
    assert [entry["ImageId"] for entry in ec2.list_images_in_recycle_bin()["Images"]] == [kept]


def test_an_image_needs_its_snapshot_back_first(embedded: Embedded, account: Account):
    keep(account, "EC2_IMAGE")
    keep(account, "EBS_SNAPSHOT")
    ec2, image = account.client("ec2"), seed(embedded, account)
    snapshot = snapshot_of(ec2, image)
    answer = ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "success"}]
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        ec2.restore_image_from_recycle_bin(ImageId=image)
    assert [entry["SnapshotId"] for entry in ec2.list_snapshots_in_recycle_bin()["Snapshots"]] == [snapshot]
    assert ec2.restore_snapshot_from_recycle_bin(SnapshotId=snapshot)["SnapshotId"] == snapshot
    assert ec2.restore_image_from_recycle_bin(ImageId=image)["Return"]
    assert snapshot_of(ec2, image) == snapshot


@pytest.mark.contract("ebs_delete_snapshot")
def test_a_deleted_snapshot_goes_into_the_bin(account: Account):
    keep(account, "EBS_SNAPSHOT")
    ec2 = account.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.delete_snapshot(SnapshotId=snapshot)
    assert [entry["SnapshotId"] for entry in ec2.list_snapshots_in_recycle_bin()["Snapshots"]] == [snapshot]
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []


def test_the_bin_is_emptied_in_time(embedded: Embedded, account: Account):
    keep(account, "EC2_IMAGE")
    ec2, image = account.client("ec2"), seed(embedded, account)
    snapshot = snapshot_of(ec2, image)
    ec2.deregister_image(ImageId=image)
    embedded.tell("age", account=account.id, days=6)
    assert len(ec2.list_images_in_recycle_bin()["Images"]) == 1
    embedded.tell("age", account=account.id, days=2)
    assert ec2.list_images_in_recycle_bin()["Images"] == []
    ec2.delete_snapshot(SnapshotId=snapshot)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        ec2.restore_image_from_recycle_bin(ImageId=image)


def test_a_rule_is_kept_changed_tagged_and_deleted(account: Account):
    rbin = account.client("rbin")
    tags = [{"Key": "a", "Value": "b"}]
    made = keep(account, "EC2_IMAGE", ResourceTags=OURS, Description="ours", Tags=tags)
    rule = rbin.get_rule(Identifier=made["Identifier"])
    assert (rule["ResourceTags"], rule["RetentionPeriod"], rule["Description"]) == (OURS, WEEK, "ours")
    assert rule["RuleArn"] == f"arn:aws:rbin:us-east-1:{account.id}:rule/{made['Identifier']}"
    longer = WEEK | {"RetentionPeriodValue": 30}
    assert rbin.update_rule(Identifier=made["Identifier"], RetentionPeriod=longer)["ResourceTags"] == OURS
    assert rbin.get_rule(Identifier=made["Identifier"])["RetentionPeriod"] == longer
    [listed] = rbin.list_rules(ResourceType="EC2_IMAGE", ResourceTags=OURS)["Rules"]
    assert listed["Identifier"] == made["Identifier"]
    assert rbin.list_rules(ResourceType="EBS_SNAPSHOT")["Rules"] == []
    rbin.tag_resource(ResourceArn=made["RuleArn"], Tags=[{"Key": "c", "Value": "d"}])
    rbin.untag_resource(ResourceArn=made["RuleArn"], TagKeys=["a"])
    assert rbin.list_tags_for_resource(ResourceArn=made["RuleArn"])["Tags"] == [{"Key": "c", "Value": "d"}]
    rbin.delete_rule(Identifier=made["Identifier"])
    with pytest.raises(ClientError) as refused:
        rbin.get_rule(Identifier=made["Identifier"])
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "rule",
    [
        {"ResourceType": "EC2_IMAGE", "RetentionPeriod": WEEK | {"RetentionPeriodValue": 366}},
        {"ResourceType": "EC2_INSTANCE", "RetentionPeriod": WEEK},
        {
            "ResourceType": "EC2_IMAGE",
            "RetentionPeriod": WEEK,
            "ResourceTags": OURS,
            "ExcludeResourceTags": [{"ResourceTagKey": "x"}],
        },
        {
            "ResourceType": "EC2_IMAGE",
            "RetentionPeriod": WEEK,
            "LockConfiguration": {"UnlockDelay": {"UnlockDelayValue": 7, "UnlockDelayUnit": "DAYS"}},
        },
    ],
)
def test_which_rules_are_refused(account: Account, rule):
    with pytest.raises(ClientError) as refused:
        account.client("rbin").create_rule(**rule)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_rules_are_authorised(account: Account):
    iam, made = account.client("iam"), keep(account, "EC2_IMAGE")
    iam.create_user(UserName="one-rule")
    statement = {"Effect": "Allow", "Action": "rbin:GetRule", "Resource": made["RuleArn"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="one-rule", PolicyName="one-rule", PolicyDocument=policy)
    key = iam.create_access_key(UserName="one-rule")["AccessKey"]
    rbin = account.client("rbin", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    assert rbin.get_rule(Identifier=made["Identifier"])["Identifier"] == made["Identifier"]
    with pytest.raises(ClientError, match="AccessDenied"):
        rbin.delete_rule(Identifier=made["Identifier"])
    with pytest.raises(ClientError, match="AccessDenied"):
        rbin.list_rules(ResourceType="EC2_IMAGE")
