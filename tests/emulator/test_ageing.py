from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.embedded import Account, Embedded

WORLD = """
extends: empty
regions: [us-east-1]
accounts:
  main:
    images:
      one: {name: one, created: 7 days ago}
    launch_templates:
      web: {versions: [{image: one}]}
    auto_scaling_groups:
      web: {launch_template: web}
    instances:
      pet: {image: one, launched: 2 days ago}
"""


def days_old(at: datetime | str) -> int:
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return round((datetime.now(UTC) - at) / timedelta(days=1))


def test_what_ec2_dates_grows_older(embedded: Embedded, account: Account):
    made = embedded.tell("world", yaml=WORLD, account=account.id)["accounts"]["main"]
    ec2, image_id = account.client("ec2"), made["images"]["one"]["us-east-1"]

    answer = embedded.tell("age", account=account.id, days=90)

    (image,) = ec2.describe_images(ImageIds=[image_id])["Images"]
    snapshots = ec2.describe_snapshots(SnapshotIds=[image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]])["Snapshots"]
    (reservation,) = ec2.describe_instances(InstanceIds=made["instances"]["pet"])["Reservations"]
    (template,) = ec2.describe_launch_templates()["LaunchTemplates"]
    (group,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert days_old(image["CreationDate"]) == days_old(snapshots[0]["StartTime"]) == 97
    assert days_old(reservation["Instances"][0]["LaunchTime"]) == 92
    assert days_old(template["CreateTime"]) == days_old(group["CreatedTime"]) == 90
    assert answer["ec2"] >= 5


def test_tags_keep_their_form(embedded: Embedded, account: Account):
    made = embedded.tell("world", yaml=WORLD, account=account.id)["accounts"]["main"]
    image_id, ec2 = made["images"]["one"]["us-east-1"], account.client("ec2")
    tags = {
        "goldsmith:stage-since": "2026-11-23T10:00:00Z", "goldsmith:build-date": "2026-11-01",
        "goldsmith:expires": "2027-01-01T00:00:00.500+00:00", "released": "2026-11-23", "goldsmith:hold": "2026-11-23",
    }  # fmt: skip
    ec2.create_tags(Resources=[image_id], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])

    assert embedded.tell("age", account=account.id, days=30)["tags"] == 3

    (image,) = ec2.describe_images(ImageIds=[image_id])["Images"]
    assert {tag["Key"]: tag["Value"] for tag in image["Tags"]} == {
        "goldsmith:stage-since": "2026-10-24T10:00:00Z", "goldsmith:build-date": "2026-10-02",
        "goldsmith:expires": "2026-12-02T00:00:00.500+00:00", "released": "2026-11-23", "goldsmith:hold": "2026-11-23",
    }  # fmt: skip


def table(account: Account) -> Any:
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName="ledger", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
    )  # fmt: skip
    dynamodb.update_time_to_live(
        TableName="ledger", TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True}
    )
    return dynamodb


def test_items_grow_older_but_stay_the_same_items(embedded: Embedded, account: Account):
    dynamodb = table(account)
    key = {"key": {"S": "2026-11-23T10:00:00Z"}}
    item = key | {
        "at": {"S": "2026-11-23T10:00:00+00:00"}, "lease": {"S": '{"taken": "2026-11-23T10:00:00.25Z", "days": 3}'},
        "more": {"L": [{"M": {"since": {"S": "2026-11-23T10:00:00Z"}}}]}, "expires": {"N": "2000000000"},
        "size": {"N": "2000000000"}, "day": {"S": "2026-11-23"},
    }  # fmt: skip
    dynamodb.put_item(TableName="ledger", Item=item)

    assert embedded.tell("age", account=account.id, days=1)["items"] == 1

    assert dynamodb.get_item(TableName="ledger", Key=key)["Item"] == item | {
        "at": {"S": "2026-11-22T10:00:00+00:00"}, "lease": {"S": '{"taken": "2026-11-22T10:00:00.25Z", "days": 3}'},
        "more": {"L": [{"M": {"since": {"S": "2026-11-22T10:00:00Z"}}}]}, "expires": {"N": "1999913600"},
    }  # fmt: skip


def test_parameters_were_changed_longer_ago(embedded: Embedded, account: Account):
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/goldsmith/web", Value="ami-1", Type="String")

    assert embedded.tell("age", account=account.id, days=5)["parameters"] == 1

    assert days_old(ssm.get_parameter(Name="/goldsmith/web")["Parameter"]["LastModifiedDate"]) == 5
    assert days_old(ssm.get_parameter_history(Name="/goldsmith/web")["Parameters"][0]["LastModifiedDate"]) == 5


def test_nobody_else_grows_older(embedded: Embedded, account: Account):
    other = embedded.new_account()
    dynamodb = table(other)
    item = {"key": {"S": "a"}, "at": {"S": "2026-11-23T10:00:00Z"}}
    dynamodb.put_item(TableName="ledger", Item=item)

    assert set(embedded.tell("age", account=account.id, days=5).values()) == {0}

    assert dynamodb.scan(TableName="ledger")["Items"] == [item]


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": -1}, {"years": 1}])
def test_only_days_that_have_passed(embedded: Embedded, account: Account, wrong: dict[str, int]):
    with pytest.raises(ValueError, match="days"):
        embedded.tell("age", account=account.id, **wrong)
