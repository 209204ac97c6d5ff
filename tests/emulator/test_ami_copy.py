from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import Ear, describe, launch, seed, settled

pytestmark = pytest.mark.contract("ami_copy")
FAR = "eu-west-1"


def copied(account: Account, source: str, **more: Any) -> tuple[Any, str]:
    there = account.client("ec2", FAR)
    wanted = {"Name": "copy", "SourceImageId": source, "SourceRegion": "us-east-1"} | more
    return there, there.copy_image(**wanted)["ImageId"]


def snapshot_of(ec2: Any, image: dict[str, Any]) -> Any:
    [mapping] = image["BlockDeviceMappings"]
    return ec2.describe_snapshots(SnapshotIds=[mapping["Ebs"]["SnapshotId"]])["Snapshots"][0]


def test_a_copy_is_encrypted_with_the_key_of_its_region(embedded: Embedded, account: Account):
    key = account.client("kms", FAR).create_key()["KeyMetadata"]
    source = seed(embedded, account, volume_gib=11)

    there, image = copied(account, source, Encrypted=True, KmsKeyId=key["KeyId"])

    found = settled(there, image)
    assert found["State"] == "available"
    assert (found["SourceImageId"], found["SourceImageRegion"]) == (source, "us-east-1")
    snapshot = snapshot_of(there, found)
    assert (snapshot["KmsKeyId"], snapshot["Encrypted"], snapshot["VolumeSize"]) == (key["Arn"], True, 11)


@pytest.mark.parametrize("key", ["alias/none", "arn:aws:kms:us-east-1:111122223333:key/away"])
def test_a_bad_key_is_found_out_only_while_copying(embedded: Embedded, account: Account, key):
    ear = Ear(account, FAR)
    there, image = copied(account, seed(embedded, account), Encrypted=True, KmsKeyId=key)

    found = settled(there, image)

    assert found["State"] == "failed"
    assert "not accessible" in found["StateReason"]["Message"]
    assert ear.until(image, "failed")["region"] == FAR


def test_a_key_that_is_disabled_is_a_bad_key(embedded: Embedded, account: Account):
    kms = account.client("kms", FAR)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=key)
    there, image = copied(account, seed(embedded, account), Encrypted=True, KmsKeyId=key)
    assert settled(there, image)["State"] == "failed"


def test_a_copy_of_an_encrypted_image_stays_encrypted(embedded: Embedded, account: Account):
    there, image = copied(account, seed(embedded, account, encrypted=True), Encrypted=False)
    assert snapshot_of(there, settled(there, image))["KmsKeyId"].startswith(f"arn:aws:kms:{FAR}:{account.id}:")


def test_the_event_is_in_the_destination_only(embedded: Embedded, account: Account):
    home, far = Ear(account), Ear(account, FAR)
    source = seed(embedded, account)
    _, image = copied(account, source)
    far.until(image, "available")
    ec2 = account.client("ec2")
    ec2.disable_image(ImageId=source)
    home.until(source, "disabled")
    assert {event["detail"]["ImageId"] for event in home.heard} == {source}


def test_a_client_token_makes_one_copy(embedded: Embedded, account: Account):
    source = seed(embedded, account)
    there, first = copied(account, source, ClientToken="once")
    _, again = copied(account, source, ClientToken="once")
    assert again == first
    with pytest.raises(ClientError) as refused:
        copied(account, source, ClientToken="once", Name="other")
    assert refused.value.response["Error"]["Code"] == "IdempotentParameterMismatch"
    assert len(there.describe_images(Owners=["self"])["Images"]) == 1


def test_tags_are_copied_on_demand(embedded: Embedded, account: Account):
    source = seed(embedded, account, tags={"a": "1", "aws:b": "2"})
    tags = [{"ResourceType": "image", "Tags": [{"Key": "own", "Value": "3"}]}]
    there, bare = copied(account, source)
    _, full = copied(account, source, Name="full", CopyImageTags=True, TagSpecifications=tags)
    assert "Tags" not in settled(there, bare)
    assert {tag["Key"]: tag["Value"] for tag in settled(there, full)["Tags"]} == {"a": "1", "own": "3"}


def test_what_is_not_copied(embedded: Embedded, account: Account):
    ec2, source = account.client("ec2"), seed(embedded, account)
    ec2.modify_image_attribute(ImageId=source, OperationType="add", UserIds=["111122223333"])
    ec2.enable_image_deprecation(ImageId=source, DeprecateAt="2030-01-01T00:00:00Z")
    ec2.enable_image_deregistration_protection(ImageId=source)
    mark = ec2.attach_image_watermark(ImageId=source, WatermarkName="golden")["WatermarkKey"]

    there, image = copied(account, source)

    found = settled(there, image)
    assert there.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"] == []
    assert "DeprecationTime" not in found
    assert found["DeregistrationProtection"] == "disabled"
    assert [each["WatermarkKey"] for each in found["ImageWatermarks"]] == [mark]


def test_a_shared_image_can_be_copied_with_its_shared_tags(embedded: Embedded, account: Account):
    other = embedded.new_account()
    source = seed(embedded, other, tags={"ec2:SharedTag/a": "1", "b": "2"})
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        copied(account, source)
    other.client("ec2").modify_image_attribute(ImageId=source, OperationType="add", UserIds=[account.id])

    there, image = copied(account, source, CopyImageTags=True)

    found = settled(there, image)
    assert found["OwnerId"] == account.id
    assert found["Tags"] == [{"Key": "ec2:SharedTag/a", "Value": "1"}]


def test_at_most_twenty_snapshots_are_copied_at_a_time(embedded: Embedded, account: Account):
    embedded.tell("images/hold", account=account.id)
    source = seed(embedded, account)
    for number in range(20):
        there, _ = copied(account, source, Name=f"copy-{number}")
    with pytest.raises(ClientError) as refused:
        copied(account, source)
    assert refused.value.response["Error"]["Code"] == "ResourceLimitExceeded"
    embedded.tell("images/release", account=account.id)
    assert copied(account, source)[1].startswith("ami-")
    assert len(there.describe_images(Owners=["self"])["Images"]) == 21


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"KmsKeyId": "alias/any"}, "InvalidParameterDependency"),
        ({"SnapshotCopyCompletionDurationMinutes": 20}, "InvalidParameterValue"),
        ({"SnapshotCopyCompletionDurationMinutes": 2895}, "InvalidParameterValue"),
        ({"SourceImageId": "ami-00000000000000000"}, "InvalidAMIID.NotFound"),
        ({"SourceRegion": "mars-1"}, "InvalidParameterValue"),
        ({"TagSpecifications": [{"ResourceType": "instance", "Tags": []}]}, "InvalidParameterValue"),
    ],
)
def test_what_copy_image_refuses(embedded: Embedded, account: Account, more, code):
    source = seed(embedded, account)
    with pytest.raises(ClientError) as refused:
        copied(account, source, **more)
    assert refused.value.response["Error"]["Code"] == code
    assert account.client("ec2", FAR).describe_images(Owners=["self"])["Images"] == []


def test_a_pending_source_is_not_copied(embedded: Embedded, account: Account):
    ec2 = account.client("ec2")
    instance = launch(ec2, seed(embedded, account))
    embedded.tell("images/hold", account=account.id)
    pending = ec2.create_image(InstanceId=instance, Name="pending")["ImageId"]
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        copied(account, pending)
    assert describe(ec2, pending)["State"] == "pending"


def test_a_time_based_copy_is_marked(embedded: Embedded, account: Account):
    there, image = copied(account, seed(embedded, account), SnapshotCopyCompletionDurationMinutes=45)
    snapshot = snapshot_of(there, settled(there, image))
    assert (snapshot["TransferType"], snapshot["CompletionDurationMinutes"]) == ("time-based", 45)
