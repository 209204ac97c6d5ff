import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import Ear, describe, launch, seed
from tests.permissions import allow, role

NOW = datetime.now(UTC)


@pytest.mark.contract("ami_deprecation")
def test_a_deprecated_image_is_hidden_from_others_only(embedded: Embedded, account: Account):
    ec2, reader = account.client("ec2"), embedded.new_account()
    image = seed(embedded, account)
    ec2.modify_image_attribute(ImageId=image, OperationType="add", UserIds=[reader.id])
    theirs = reader.client("ec2")
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt=NOW + timedelta(days=1))
    assert len(theirs.describe_images(ImageIds=[image])["Images"]) == 1
    embedded.tell("age", account=account.id, days=2)
    assert theirs.describe_images(ImageIds=[image])["Images"] == []
    assert len(theirs.describe_images(ImageIds=[image], IncludeDeprecated=True)["Images"]) == 1
    assert len(ec2.describe_images(ImageIds=[image])["Images"]) == 1
    assert launch(theirs, image).startswith("i-")
    ec2.disable_image_deprecation(ImageId=image)
    assert "DeprecationTime" not in describe(ec2, image)


@pytest.mark.contract("ami_deprecation")
def test_a_deprecation_is_rounded_to_the_minute(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt="2030-05-06T07:08:29Z")
    assert describe(ec2, image)["DeprecationTime"] == "2030-05-06T07:08:00.000Z"
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt="2030-05-06T07:08:30Z")
    assert describe(ec2, image)["DeprecationTime"] == "2030-05-06T07:09:00.000Z"


@pytest.mark.contract("ami_deprecation")
@pytest.mark.parametrize("days", [-1, 3660])
def test_a_deprecation_out_of_range_is_refused(embedded: Embedded, account: Account, days):
    ec2, image = account.client("ec2"), seed(embedded, account)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.enable_image_deprecation(ImageId=image, DeprecateAt=NOW + timedelta(days=days))
    assert "DeprecationTime" not in describe(ec2, image)


@pytest.mark.contract("ami_disable")
def test_disabling_strips_launch_permissions_for_good(embedded: Embedded, account: Account):
    ec2, ear, image = account.client("ec2"), Ear(account), seed(embedded, account)
    ec2.modify_image_attribute(ImageId=image, OperationType="add", UserIds=["111122223333"])

    ec2.disable_image(ImageId=image)

    ear.until(image, "disabled")
    assert ec2.describe_images(ImageIds=[image])["Images"] == []
    assert describe(ec2, image)["State"] == "disabled"
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        launch(ec2, image)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        ec2.modify_image_attribute(ImageId=image, OperationType="add", UserIds=["111122223333"])
    ec2.enable_image(ImageId=image)
    ear.until(image, "available")
    permissions = ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")
    assert permissions["LaunchPermissions"] == []
    assert launch(ec2, image).startswith("i-")


@pytest.mark.contract("ami_protection")
def test_protection_holds_until_it_is_off(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    assert ec2.enable_image_deregistration_protection(ImageId=image)["Return"] == "true"
    assert describe(ec2, image)["DeregistrationProtection"] == "enabled-without-cooldown"
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.deregister_image(ImageId=image)
    ec2.disable_image_deregistration_protection(ImageId=image)
    assert ec2.deregister_image(ImageId=image)["Return"]


@pytest.mark.contract("ami_protection")
def test_a_cooldown_lasts_a_day(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.enable_image_deregistration_protection(ImageId=image, WithCooldown=True)
    assert describe(ec2, image)["DeregistrationProtection"] == "enabled-with-cooldown"
    ec2.disable_image_deregistration_protection(ImageId=image)
    assert describe(ec2, image)["DeregistrationProtection"] == "disabled"
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.deregister_image(ImageId=image)
    embedded.tell("age", account=account.id, days=1)
    assert ec2.deregister_image(ImageId=image)["Return"]


@pytest.mark.contract("ami_deregister")
def test_a_deregistered_image_is_gone_and_its_snapshot_stays(embedded: Embedded, account: Account):
    ec2, ear, image = account.client("ec2"), Ear(account), seed(embedded, account)
    snapshot = describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot)

    assert "DeleteSnapshotResults" not in ec2.deregister_image(ImageId=image)

    ear.until(image, "deregistered")
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        describe(ec2, image)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        launch(ec2, image)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        ec2.deregister_image(ImageId=image)
    assert len(ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"]) == 1
    ec2.delete_snapshot(SnapshotId=snapshot)
    assert seed(embedded, account).startswith("ami-")  # its name is free again


@pytest.mark.contract("ami_deregister")
def test_snapshots_go_with_their_last_image(embedded: Embedded, account: Account):
    ec2, first = account.client("ec2"), seed(embedded, account)
    snapshot = describe(ec2, first)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    devices = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}]
    second = ec2.register_image(Name="second", RootDeviceName="/dev/xvda", BlockDeviceMappings=devices)["ImageId"]

    results = [
        ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)["DeleteSnapshotResults"]
        for image in (first, second)
    ]

    assert results == [
        [{"SnapshotId": snapshot, "ReturnCode": "skipped"}],
        [{"SnapshotId": snapshot, "ReturnCode": "success"}],
    ]
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        ec2.describe_snapshots(SnapshotIds=[snapshot])


@pytest.mark.contract("ami_deregister")
def test_a_snapshot_stays_when_the_caller_may_not_delete_it(embedded: Embedded, account: Account):
    iam, image = account.client("iam"), seed(embedded, account)
    snapshot = describe(account.client("ec2"), image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    iam.create_user(UserName="half")
    statement = {"Effect": "Allow", "Action": "ec2:DeregisterImage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="half", PolicyName="half", PolicyDocument=policy)
    key = iam.create_access_key(UserName="half")["AccessKey"]
    half = account.client(
        "ec2", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )  # fmt: skip

    answer = half.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)

    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "missing-permissions"}]
    assert len(account.client("ec2").describe_snapshots(SnapshotIds=[snapshot])["Snapshots"]) == 1


@pytest.mark.contract("ami_deregister")
@pytest.mark.parametrize("deed", ["deregister_image", "disable_image", "enable_image_deregistration_protection"])
def test_only_the_owner_retires_an_image(embedded: Embedded, account: Account, deed):
    reader, image = embedded.new_account().client("ec2"), seed(embedded, account, public=True)
    with pytest.raises(ClientError) as refused:
        getattr(reader, deed)(ImageId=image)
    assert refused.value.response["Error"]["Code"] == "AuthFailure"


@pytest.mark.contract("ami_deregister")
def test_a_snapshot_is_deleted_by_whom_its_tags_let(embedded: Embedded, account: Account):
    image = seed(embedded, account)
    snapshot = describe(account.client("ec2"), image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    account.client("ec2").create_tags(Resources=[image, snapshot], Tags=[{"Key": "stage", "Value": "disabled"}])
    stage = {"aws:ResourceTag/stage": "disabled"}
    sweeper = role(account, allow(["ec2:DeregisterImage", "ec2:DeleteSnapshot"], StringEquals=stage))

    answer = sweeper.client("ec2").deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)

    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "success"}]
