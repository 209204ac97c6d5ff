import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import Ear, describe, launch, seed, settled


@pytest.mark.contract("ami_create")
def test_an_image_is_pending_until_it_is_released(embedded: Embedded, account: Account):
    ec2, ear = account.client("ec2"), Ear(account)
    instance = launch(ec2, seed(embedded, account))
    embedded.tell("images/hold", account=account.id)

    image = ec2.create_image(InstanceId=instance, Name="held")["ImageId"]

    assert describe(ec2, image)["State"] == "pending"
    snapshot = describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "pending"
    assert embedded.tell("images/release", account=account.id)["settled"] == [image]
    event = ear.until(image, "available")
    assert describe(ec2, image)["State"] == "available"
    assert event["source"] == "aws.ec2"
    assert event["account"] == account.id
    assert event["resources"] == [f"arn:aws:ec2:us-east-1::image/{image}"]
    assert set(event["detail"]) == {"RequestId", "ImageId", "State", "ErrorMessage"}
    assert event["detail"]["ErrorMessage"] == ""
    assert [each["detail"]["State"] for each in ear.heard] == ["available"]


def test_an_image_fails_when_a_test_says_so(embedded: Embedded, account: Account):
    ec2, ear = account.client("ec2"), Ear(account)
    instance = launch(ec2, seed(embedded, account))
    embedded.tell("images/hold", account=account.id)
    image = ec2.create_image(InstanceId=instance, Name="doomed")["ImageId"]

    embedded.tell("images/release", account=account.id, image_id=image, outcome="failed", message="out of luck")

    found = describe(ec2, image)
    assert (found["State"], found["StateReason"]["Message"]) == ("failed", "out of luck")
    assert ear.until(image, "failed")["detail"]["ErrorMessage"] == "out of luck"
    snapshot = found["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "error"
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        launch(ec2, image)


def test_letting_go_settles_what_was_held(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    embedded.tell("images/hold", account=account.id)
    image = ec2.create_image(InstanceId=instance, Name="one")["ImageId"]

    assert embedded.tell("images/hold", account=account.id, on=False)["settled"] == [image]

    later = ec2.create_image(InstanceId=instance, Name="two")["ImageId"]
    assert settled(ec2, later)["State"] == "available"


def test_a_release_of_nothing_says_so(embedded: Embedded, account: Account):
    with pytest.raises(ValueError, match="no pending image"):
        embedded.tell("images/release", account=account.id, image_id="ami-00000000000000000")
    with pytest.raises(ValueError, match="outcome"):
        embedded.tell("images/release", account=account.id, outcome="perhaps")


def test_an_image_deregistered_while_pending_leaves_a_finished_snapshot(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    image = ec2.create_image(InstanceId=instance, Name="short")["ImageId"]
    snapshot = describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    ec2.deregister_image(ImageId=image)
    eventually(lambda: ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "completed")
    ec2.delete_snapshot(SnapshotId=snapshot)
    with pytest.raises(ClientError, match=r"InvalidSnapshot\.NotFound"):
        ec2.describe_snapshots(SnapshotIds=[snapshot])


def test_a_test_says_for_how_long_images_are_pending(embedded: Embedded, account: Account):
    source = seed(embedded, account)
    ec2 = account.client("ec2")
    account.tell("images/hold", seconds=3600)
    copied = ec2.copy_image(Name="slow", SourceImageId=source, SourceRegion="us-east-1")["ImageId"]
    account.tell("images/hold", seconds=0)
    quick = ec2.copy_image(Name="quick", SourceImageId=source, SourceRegion="us-east-1")["ImageId"]

    assert settled(ec2, quick)["State"] == "available"
    assert ec2.describe_images(ImageIds=[copied])["Images"][0]["State"] == "pending"
