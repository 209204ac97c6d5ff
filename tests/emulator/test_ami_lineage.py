import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, launch, seed, settled


@pytest.mark.contract("ami_ancestry")
def test_ancestry_reaches_the_root(embedded: Embedded, account: Account):
    ec2, far = account.client("ec2"), account.client("ec2", "eu-west-1")
    base = seed(embedded, account)
    made = ec2.create_image(InstanceId=launch(ec2, base), Name="made")["ImageId"]
    settled(ec2, made)
    copied = far.copy_image(SourceImageId=made, SourceRegion="us-east-1", Name="copied")["ImageId"]

    entries = far.get_image_ancestry(ImageId=copied)["ImageAncestryEntries"]

    assert [entry["ImageId"] for entry in entries] == [copied, made, base]
    assert [entry.get("SourceImageId") for entry in entries] == [made, base, None]
    assert entries[0]["SourceImageRegion"] == "us-east-1"


@pytest.mark.contract("ami_watermarks")
def test_watermarks_are_inherited_even_from_an_image_that_is_gone(embedded: Embedded, account: Account):
    ec2, base = account.client("ec2"), seed(embedded, account)
    key = ec2.attach_image_watermark(ImageId=base, WatermarkName="golden")["WatermarkKey"]
    instance = launch(ec2, base)
    ec2.deregister_image(ImageId=base)

    made = settled(ec2, ec2.create_image(InstanceId=instance, Name="made")["ImageId"])

    assert key == f"{account.id}:golden"
    [mark] = made["ImageWatermarks"]
    assert (mark["WatermarkKey"], mark["SourceImageId"], mark["SourceImageRegion"]) == (key, base, "us-east-1")
    by_mark = [{"Name": "image-watermark.watermark-key", "Values": [key]}]
    assert [image["ImageId"] for image in ec2.describe_images(Filters=by_mark)["Images"]] == [made["ImageId"]]
    for _ in range(2):
        assert ec2.detach_image_watermark(ImageId=made["ImageId"], WatermarkKey=key)["Return"]
    assert "ImageWatermarks" not in describe(ec2, made["ImageId"])


@pytest.mark.contract("ami_watermarks")
def test_an_image_has_at_most_five_watermarks_and_is_private(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    for number in range(5):
        ec2.attach_image_watermark(ImageId=image, WatermarkName=f"mark-{number}")
    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        ec2.attach_image_watermark(ImageId=image, WatermarkName="mark-6")
    ec2.disable_image_block_public_access()
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.modify_image_attribute(ImageId=image, OperationType="add", UserGroups=["all"])
    public = seed(embedded, account, "public", public=True)
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.attach_image_watermark(ImageId=public, WatermarkName="golden")
