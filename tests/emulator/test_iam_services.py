"""What AWS evaluates for the other services: one row per allow and per deny."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import Account
from tests.permissions import Statement, allow, denial, role

TABLE = "arn:aws:dynamodb:us-east-1:*:table/ledger"
GROUP = "arn:aws:logs:us-east-1:*:log-group:/goldsmith"
OURS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "image#*"}, "Null": {"dynamodb:LeadingKeys": "false"}}

Call = Callable[[Callable[[str], Any], str], Any]


def put(key: str) -> Call:
    return lambda client, _: client("dynamodb").put_item(TableName="ledger", Item={"pk": {"S": key}})


def query(key: str) -> Call:
    return lambda client, _: client("dynamodb").query(
        TableName="ledger",
        KeyConditionExpression="#k = :k",
        ExpressionAttributeNames={"#k": "pk"},
        ExpressionAttributeValues={":k": {"S": key}},
    )


def transact(*keys: str) -> Call:
    items = [{"Put": {"TableName": "ledger", "Item": {"pk": {"S": key}}}} for key in keys]
    return lambda client, _: client("dynamodb").transact_write_items(TransactItems=items)


def batch(*keys: str) -> Call:
    requests = [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in keys]
    return lambda client, _: client("dynamodb").batch_write_item(RequestItems={"ledger": requests})


def logs(operation: str, **more: Any) -> Call:
    return lambda client, _: getattr(client("logs"), operation)(logGroupName="/goldsmith", **more)


def encrypt(**context: str) -> Call:
    return lambda client, _: client("kms").encrypt(KeyId="alias/golden", Plaintext=b"x", EncryptionContext=context)


WRITES = ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchWriteItem"]
LEDGER = [allow(WRITES, TABLE, **OURS)]
KEY = "arn:aws:kms:us-east-1:*:key/*"
FOR_RUN = {"StringEquals": {"kms:EncryptionContext:run": "r-1"}}

CASES: dict[str, tuple[Call, list[Statement], str]] = {
    "put our item": (put("image#1"), LEDGER, ""),
    "put another's item": (put("lease#1"), LEDGER, "dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:"),
    "put into another table": (put("image#1"), [allow(WRITES, TABLE + "2")], "dynamodb:PutItem"),
    "query our items": (query("image#1"), LEDGER, ""),
    "query another's items": (query("lease#1"), LEDGER, "dynamodb:Query"),
    "transact on ours": (transact("image#1", "image#2"), LEDGER, ""),
    "transact on another's too": (transact("image#1", "lease#2"), LEDGER, "dynamodb:PutItem"),
    "batch of ours": (batch("image#1", "image#2"), LEDGER, ""),
    "batch with another's": (batch("image#1", "lease#2"), LEDGER, "dynamodb:BatchWriteItem"),
    "read an object": (
        lambda client, account: client("s3").get_object(Bucket=f"evidence-{account}", Key="a/b"),
        [allow("s3:GetObject", "arn:aws:s3:::evidence-{0}/a/*")],
        "",
    ),
    "read another object": (
        lambda client, account: client("s3").get_object(Bucket=f"evidence-{account}", Key="b"),
        [allow("s3:GetObject", "arn:aws:s3:::evidence-{0}/a/*")],
        "s3:GetObject on resource: arn:aws:s3:::evidence-{0}/b",
    ),
    "list a bucket is not reading it": (
        lambda client, account: client("s3").list_objects_v2(Bucket=f"evidence-{account}"),
        [allow("s3:GetObject", "arn:aws:s3:::evidence-{0}/*")],
        "s3:ListBucket on resource: arn:aws:s3:::evidence-{0}",
    ),
    "write logs": (
        logs("create_log_stream", logStreamName="today"),
        [allow("logs:CreateLogStream", f"{GROUP}:*")],
        "",
    ),
    "write another stream": (
        logs("create_log_stream", logStreamName="today"),
        [allow("logs:CreateLogStream", f"{GROUP}:log-stream:tomorrow")],
        ":log-group:/goldsmith:log-stream:today",
    ),
    "keep logs": (
        logs("put_retention_policy", retentionInDays=7),
        [allow("logs:PutRetentionPolicy", f"{GROUP}:*")],
        "",
    ),
    "keep another's logs": (
        logs("put_retention_policy", retentionInDays=7),
        [allow("logs:PutRetentionPolicy", f"{GROUP}-other:*")],
        "logs:PutRetentionPolicy",
    ),
    "publish": (
        lambda client, _: client("sns").publish(TopicArn="arn:aws:sns:us-east-1:111122223333:t", Message="x"),
        [allow("sns:Publish", "arn:aws:sns:us-east-1:111122223333:t")],
        "",
    ),
    "publish elsewhere": (
        lambda client, _: client("sns").publish(TopicArn="arn:aws:sns:us-east-1:111122223333:t", Message="x"),
        [allow("sns:Publish", "arn:aws:sns:us-east-1:111122223333:u")],
        "sns:Publish on resource: arn:aws:sns:us-east-1:111122223333:t",
    ),
    "encrypt by alias is on the key": (encrypt(), [allow("kms:Encrypt", KEY)], ""),
    "an alias is no key": (encrypt(), [allow("kms:Encrypt", "arn:aws:kms:us-east-1:*:alias/golden")], ":key/"),
    "encrypt for the run": (encrypt(run="r-1"), [allow("kms:Encrypt", KEY, **FOR_RUN)], ""),
    "encrypt for another run": (encrypt(run="r-2"), [allow("kms:Encrypt", KEY, **FOR_RUN)], "kms:Encrypt"),
    "findings": (
        lambda client, _: client("inspector2").list_findings(),
        [allow("inspector2:ListFindings")],
        "",
    ),
    "findings by the right to coverage": (
        lambda client, _: client("inspector2").list_findings(),
        [allow("inspector2:ListCoverage")],
        "inspector2:ListFindings",
    ),
    "describe groups": (
        lambda client, _: client("autoscaling").describe_instance_refreshes(AutoScalingGroupName="web"),
        [allow("autoscaling:DescribeInstanceRefreshes")],
        "",
    ),
    "refresh our group": (
        lambda client, _: client("autoscaling").start_instance_refresh(AutoScalingGroupName="web"),
        [allow("autoscaling:StartInstanceRefresh", "*", StringEquals={"aws:ResourceTag/goldsmith:fleet": "yes"})],
        "",
    ),
    "refresh another's group": (
        lambda client, _: client("autoscaling").start_instance_refresh(AutoScalingGroupName="web"),
        [allow("autoscaling:StartInstanceRefresh", "*", StringEquals={"aws:ResourceTag/goldsmith:fleet": "no"})],
        ":autoScalingGroupName/web",
    ),
    "list accounts": (
        lambda client, _: client("organizations").list_accounts(),
        [allow("organizations:ListAccounts")],
        "",
    ),
    "list accounts has no resource": (
        lambda client, _: client("organizations").list_accounts(),
        [allow("organizations:ListAccounts", "arn:aws:organizations::*:organization/*")],
        "organizations:ListAccounts on resource: *",
    ),
}


def furnish(account: Account) -> None:
    """What the calls are about, made by root."""
    keys = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}
    account.client("dynamodb").create_table(
        TableName="ledger", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], **keys
    )
    account.client("s3").create_bucket(Bucket=f"evidence-{account.id}")
    account.client("s3").put_object(Bucket=f"evidence-{account.id}", Key="a/b", Body=b"")
    key = account.client("kms").create_key()["KeyMetadata"]["KeyId"]
    account.client("kms").create_alias(AliasName="alias/golden", TargetKeyId=key)


def furnish_fleet(account: Account) -> None:
    account.client("ec2").create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro", "ImageId": "ami-1"}
    )
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=0, AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateName": "web"}, Tags=[{"Key": "goldsmith:fleet", "Value": "yes"}],
    )  # fmt: skip


@pytest.mark.contract("iam_resources", "iam_leading_keys")
@pytest.mark.parametrize(("call", "statements", "named"), CASES.values(), ids=CASES)
def test_services(account: Account, call: Call, statements: list[Statement], named: str):
    furnish(account)
    furnish_fleet(account)
    caller = role(account, *json.loads(json.dumps(statements).replace("{0}", account.id)))

    message = denial(lambda: call(caller.client, account.id))

    assert named.replace("{0}", account.id) in message
    assert bool(message) is bool(named)
