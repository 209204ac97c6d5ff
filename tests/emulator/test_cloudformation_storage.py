from typing import Any

import pytest

from tests.embedded import Account
from tests.emulator.stacks import delete, of, stack


def locked_bucket(days: int) -> dict[str, Any]:
    return of(
        "AWS::S3::Bucket",
        ObjectLockEnabled=True,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": str(days)}},
        },
        BucketEncryption={
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        },
        LifecycleConfiguration={
            "Rules": [{"Id": "old", "Status": "Enabled", "Prefix": "logs/", "ExpirationInDays": 9}]
        },
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        Tags=[{"Key": "team", "Value": "platform"}],
    )


@pytest.mark.contract("cfn_bucket_properties")
def test_what_a_template_says_of_a_bucket_holds(account: Account):
    s3 = account.client("s3")
    for days in (1, 2):
        bucket = stack(account, locked_bucket(days))

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 2}
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    (expires,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert (expires["ID"], expires["Expiration"], expires["Filter"]) == ("old", {"Days": 9}, {"Prefix": "logs/"})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "team", "Value": "platform"}]
    s3.put_object(Bucket=bucket, Key="evidence", Body=b"{}")
    assert s3.get_object_retention(Bucket=bucket, Key="evidence")["Retention"]["Mode"] == "GOVERNANCE"


@pytest.mark.contract("cfn_bucket_properties")
def test_years_of_retention_are_years(account: Account):
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 7}}
    bucket = stack(account, of("AWS::S3::Bucket", ObjectLockEnabled=True, ObjectLockConfiguration={"Rule": rule}))

    lock = account.client("s3").get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["Rule"] == rule


@pytest.mark.contract("cfn_full_bucket_stays")
def test_a_bucket_that_holds_something_is_not_deleted(account: Account):
    s3 = account.client("s3")
    bucket = stack(account, of("AWS::S3::Bucket"))
    s3.put_object(Bucket=bucket, Key="k", Body=b"v")

    assert delete(account) == "DELETE_FAILED"
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"v"
    s3.delete_object(Bucket=bucket, Key="k")
    assert delete(account) == "DELETE_COMPLETE"


TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}


@pytest.mark.contract("cfn_protected_table_stays")
def test_a_protected_table_is_not_deleted(account: Account):
    table = stack(account, of("AWS::DynamoDB::Table", **TABLE, DeletionProtectionEnabled=True))

    assert delete(account) == "DELETE_FAILED"
    assert account.client("dynamodb").describe_table(TableName=table)["Table"]["TableStatus"] == "ACTIVE"


@pytest.mark.contract("cfn_table_properties")
def test_what_a_template_says_of_a_table_holds(account: Account):
    dynamodb = account.client("dynamodb")
    settings = {
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
    }
    table = stack(account, of("AWS::DynamoDB::Table", **TABLE, **settings))

    def states() -> tuple[str, str]:
        backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        return ttl, backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]

    assert states() == ("ENABLED", "ENABLED")
    assert dynamodb.describe_table(TableName=table)["Table"]["SSEDescription"]["Status"] == "ENABLED"
    stack(account, of("AWS::DynamoDB::Table", **TABLE))
    assert states() == ("DISABLED", "DISABLED")
