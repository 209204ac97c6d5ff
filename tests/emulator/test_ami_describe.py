from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, seed

pytestmark = pytest.mark.contract("ami_describe")
IMAGE: Any = boto3.client("ec2").meta.service_model.shape_for("Image")


def names(ec2: Any, **more: Any) -> set[str]:
    return {image["Name"] for image in ec2.describe_images(**more)["Images"]}


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("name", ["web-*"], {"web-1", "web-2"}),
        ("name", ["web-?"], {"web-1", "web-2"}),
        ("name", ["*-1", "db"], {"web-1", "db"}),
        ("name", ["web"], set()),
        ("architecture", ["arm64"], {"db"}),
        ("tag:role", ["w*"], {"web-1", "web-2"}),
        ("tag:Role", ["w*"], set()),
        ("tag-key", ["role"], {"web-1", "web-2"}),
        ("creation-date", ["2024-03-*"], {"web-1"}),
        ("source-image-id", ["ami-0123"], {"web-2"}),
        ("source-image-region", ["eu-*"], {"web-2"}),
        ("state", ["available"], {"web-1", "web-2", "db"}),
        ("is-public", ["false"], {"web-1", "web-2", "db"}),
        ("root-device-type", ["ebs"], {"web-1", "web-2", "db"}),
        ("image-type", ["kernel"], set()),
        ("block-device-mapping.encrypted", ["true"], {"db"}),
    ],
)
def test_a_filter_chooses(embedded: Embedded, account: Account, name, values, found):
    seed(embedded, account, "web-1", tags={"role": "web"}, creation_date="2024-03-05T10:00:00Z")
    seed(embedded, account, "web-2", tags={"role": "w"}, source_image_id="ami-0123", source_image_region="eu-west-1")
    seed(embedded, account, "db", architecture="arm64", encrypted=True)
    ec2 = account.client("ec2")
    assert names(ec2, Owners=["self"], Filters=[{"Name": name, "Values": values}]) == found


def test_filters_add_up_and_an_image_is_found_by_its_snapshot(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account, "one")
    seed(embedded, account, "two")
    snapshot = describe(ec2, image)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    by_snapshot = {"Name": "block-device-mapping.snapshot-id", "Values": [snapshot]}
    assert names(ec2, Filters=[by_snapshot]) == {"one"}
    assert names(ec2, Filters=[by_snapshot, {"Name": "name", "Values": ["two"]}]) == set()
    assert names(ec2, Filters=[{"Name": "owner-id", "Values": [account.id]}]) == {"one", "two"}


def test_pages_follow_each_other(embedded: Embedded, account: Account):
    made = {seed(embedded, account, f"image-{number}") for number in range(7)}
    ec2 = account.client("ec2")
    pages = list(ec2.get_paginator("describe_images").paginate(Owners=["self"], PaginationConfig={"PageSize": 3}))
    assert [len(page["Images"]) for page in pages] == [3, 3, 1]
    assert {image["ImageId"] for page in pages for image in page["Images"]} == made


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"ImageIds": ["ami-00000000000000000"]}, "InvalidAMIID.NotFound"),
        ({"ImageIds": ["image"]}, "InvalidAMIID.Malformed"),
        ({"Filters": [{"Name": "colour", "Values": ["red"]}]}, "InvalidParameterValue"),
        ({"MaxResults": 5, "NextToken": "nonsense"}, "InvalidParameterValue"),
        ({"MaxResults": 0}, "InvalidParameterValue"),
        ({"Owners": ["nobody"]}, "InvalidUserID.Malformed"),
        ({"DryRun": True}, "DryRunOperation"),
    ],
)
def test_what_describe_images_refuses(account: Account, asked, code):
    with pytest.raises(ClientError) as refused:
        account.client("ec2").describe_images(**asked)
    assert refused.value.response["Error"]["Code"] == code


def test_an_image_is_what_the_model_says(embedded: Embedded, account: Account):
    image = describe(account.client("ec2"), seed(embedded, account, "model", tags={"a": "b"}, imds_support="v2.0"))
    assert image.keys() <= IMAGE.members.keys()
    assert image["CreationDate"].endswith(".000Z")
    assert (image["OwnerId"], image["ImageLocation"]) == (account.id, f"{account.id}/model")
    assert (image["PlatformDetails"], image["DeregistrationProtection"]) == ("Linux/UNIX", "disabled")


@pytest.mark.contract("ami_look_up")
def test_images_of_the_vendor_are_public(embedded: Embedded, account: Account):
    vendor = embedded.new_account()
    parameter = f"/aws/service/{vendor.id}"
    image = seed(
        embedded, vendor, "al2023", owner_alias="amazon", architecture="arm64", public=True,
        public_ssm_parameter_name=parameter, tags={"secret": "x"},
    )  # fmt: skip
    ec2 = account.client("ec2")
    by_parameter = {"Name": "public-ssm-parameter-name", "Values": [parameter]}
    [found] = ec2.describe_images(Owners=["amazon"], Filters=[by_parameter])["Images"]
    assert (found["ImageId"], found["Public"], found["ImageOwnerAlias"]) == (image, True, "amazon")
    assert "Tags" not in found
    assert "DeregistrationProtection" not in found
    run = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
    assert run["Instances"][0]["Architecture"] == "arm64"


def test_the_last_launch_is_told_to_the_owner_a_day_later(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
    assert "LastLaunchedTime" not in describe(ec2, image)
