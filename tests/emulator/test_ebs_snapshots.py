from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, launch, seed

SNAPSHOT: Any = boto3.client("ec2").meta.service_model.shape_for("Snapshot")


def snapshots(ec2: Any, count: int, **more: Any) -> set[str]:
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    return {ec2.create_snapshot(VolumeId=volume, **more)["SnapshotId"] for _ in range(count)}


@pytest.mark.contract("ebs_describe_snapshots")
def test_snapshots_come_in_pages(account: Account):
    ec2 = account.client("ec2")
    made = snapshots(ec2, 7)
    pages = list(ec2.get_paginator("describe_snapshots").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["Snapshots"]) for page in pages] == [5, 2]
    assert {each["SnapshotId"] for page in pages for each in page["Snapshots"]} == made


@pytest.mark.contract("ebs_describe_snapshots")
def test_snapshots_are_filtered_and_shared(embedded: Embedded, account: Account):
    ec2, reader = account.client("ec2"), embedded.new_account()
    [plain] = snapshots(ec2, 1, Description="plain")
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "a", "Value": "b"}]}]
    [tagged] = snapshots(ec2, 1, Description="tagged", TagSpecifications=tags)

    def found(client: Any, **more: Any) -> set[str]:
        return {each["SnapshotId"] for each in client.describe_snapshots(**more)["Snapshots"]}

    assert found(ec2, Filters=[{"Name": "tag:a", "Values": ["b"]}]) == {tagged}
    assert found(ec2, Filters=[{"Name": "description", "Values": ["pl*"]}]) == {plain}
    theirs = reader.client("ec2")
    assert found(theirs) == set()
    ec2.modify_snapshot_attribute(
        SnapshotId=tagged, Attribute="createVolumePermission", OperationType="add", UserIds=[reader.id]
    )
    assert found(theirs) == {tagged}
    assert found(theirs, OwnerIds=["self"]) == set()
    assert found(theirs, OwnerIds=[account.id]) == {tagged}
    [shared] = theirs.describe_snapshots(SnapshotIds=[tagged])["Snapshots"]
    assert "Tags" not in shared
    assert shared.keys() <= SNAPSHOT.members.keys()


@pytest.mark.contract("ebs_describe_snapshots")
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"SnapshotIds": ["snap-00000000000000000"]}, "InvalidSnapshot.NotFound"),
        ({"MaxResults": 4}, "InvalidParameterValue"),
        ({"MaxResults": 5, "SnapshotIds": ["snap-1"]}, "InvalidParameterCombination"),
        ({"NextToken": "bad"}, "InvalidParameterValue"),
        ({"Filters": [{"Name": "colour", "Values": ["red"]}]}, "InvalidParameterValue"),
    ],
)
def test_what_describe_snapshots_refuses(account: Account, asked, code):
    with pytest.raises(ClientError) as refused:
        account.client("ec2").describe_snapshots(**asked)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.contract("ebs_delete_snapshot")
def test_a_disabled_images_snapshot_is_not_deleted(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    snapshot = describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    ec2.disable_image(ImageId=image)
    with pytest.raises(ClientError) as refused:
        ec2.delete_snapshot(SnapshotId=snapshot)
    assert refused.value.response["Error"]["Code"] == "InvalidSnapshot.InUse"
    [other] = snapshots(ec2, 1)
    ec2.delete_snapshot(SnapshotId=other)
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        ec2.delete_snapshot(SnapshotId=other)


def test_ageing_moves_everything_back(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    launch(ec2, image)
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt="2030-03-11T00:00:00Z")
    launched = ec2.describe_instances()["Reservations"][0]["Instances"][0]["LaunchTime"]
    started, created = ec2.describe_snapshots()["Snapshots"][0]["StartTime"], describe(ec2, image)["CreationDate"]

    embedded.tell("age", account=account.id, days=10)

    after = describe(ec2, image)
    assert after["DeprecationTime"] == "2030-03-01T00:00:00.000Z"
    assert after["CreationDate"] < created
    assert "LastLaunchedTime" in after
    assert (started - ec2.describe_snapshots()["Snapshots"][0]["StartTime"]).days == 10
    assert (launched - ec2.describe_instances()["Reservations"][0]["Instances"][0]["LaunchTime"]).days == 10
