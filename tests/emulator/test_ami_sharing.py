from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import describe, launch, seed

pytestmark = pytest.mark.contract("ami_attributes")
UNIT = "arn:aws:organizations::111122223333:ou/o-aaaaaaaaaa/ou-ab12-12345678"
ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-aaaaaaaaaa"


def permissions(ec2: Any, image: str) -> Any:
    return ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"]


def test_both_forms_share_and_unshare(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.modify_image_attribute(ImageId=image, OperationType="add", UserIds=["111122223333", "444455556666"])
    ec2.modify_image_attribute(ImageId=image, OperationType="add", OrganizationArns=[ORGANIZATION])
    ec2.modify_image_attribute(
        ImageId=image,
        LaunchPermission={"Add": [{"OrganizationalUnitArn": UNIT}], "Remove": [{"UserId": "444455556666"}]},
    )
    assert permissions(ec2, image) == [
        {"UserId": "111122223333"},
        {"OrganizationArn": ORGANIZATION},
        {"OrganizationalUnitArn": UNIT},
    ]
    ec2.reset_image_attribute(ImageId=image, Attribute="launchPermission")
    assert permissions(ec2, image) == []


def test_a_shared_image_is_seen_and_launched_with_its_shared_tags_only(embedded: Embedded, account: Account):
    owner, reader = account.client("ec2"), embedded.new_account()
    other = reader.client("ec2")
    image = seed(embedded, account, tags={"ec2:SharedTag/stage": "released", "secret": "x"})
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        launch(other, image)

    owner.modify_image_attribute(ImageId=image, OperationType="add", UserIds=[reader.id])

    found = describe(other, image)
    assert found["Tags"] == [{"Key": "ec2:SharedTag/stage", "Value": "released"}]
    assert [each["ImageId"] for each in other.describe_images(ExecutableUsers=["self"])["Images"]] == [image]
    assert launch(other, image).startswith("i-")
    with pytest.raises(ClientError, match="AuthFailure"):
        permissions(other, image)
    other.cancel_image_launch_permission(ImageId=image)
    assert permissions(owner, image) == []


def test_an_organization_and_its_units_reach_their_accounts(embedded: Embedded, account: Account):
    organizations = account.client("organizations")
    organization = organizations.describe_organization()["Organization"]["Arn"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="team")["OrganizationalUnit"]
    created = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]
    member = Account(account.endpoint, created["AccountId"]).client("ec2")
    ec2, wide, narrow = account.client("ec2"), seed(embedded, account, "wide"), seed(embedded, account, "narrow")
    ec2.modify_image_attribute(ImageId=wide, OperationType="add", OrganizationArns=[organization])
    ec2.modify_image_attribute(ImageId=narrow, OperationType="add", OrganizationalUnitArns=[unit["Arn"]])
    assert describe(member, wide)["OwnerId"] == account.id
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        describe(member, narrow)

    organizations.move_account(AccountId=created["AccountId"], SourceParentId=root, DestinationParentId=unit["Id"])

    assert describe(member, narrow)["OwnerId"] == account.id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"OperationType": "add", "UserIds": ["1"]}, "InvalidAMIAttributeItemValue"),
        ({"OperationType": "add", "UserGroups": ["some"]}, "InvalidAMIAttributeItemValue"),
        ({"OperationType": "add", "OrganizationArns": ["o-1"]}, "InvalidAMIAttributeItemValue"),
        ({"UserIds": ["111122223333"]}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
        ({"Description": {"Value": "a"}, "ImdsSupport": {"Value": "v2.0"}}, "InvalidParameterCombination"),
        ({"ImdsSupport": {"Value": "v1.0"}}, "InvalidParameterValue"),
        ({"Attribute": "kernel", "Value": "x"}, "InvalidParameterValue"),
    ],
)
def test_what_modify_image_attribute_refuses(embedded: Embedded, account: Account, change, code):
    ec2, image = account.client("ec2"), seed(embedded, account)
    with pytest.raises(ClientError) as refused:
        ec2.modify_image_attribute(ImageId=image, **change)
    assert refused.value.response["Error"]["Code"] == code
    assert permissions(ec2, image) == []


def test_attributes_are_changed_and_read(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.modify_image_attribute(ImageId=image, Description={"Value": "better"})
    ec2.modify_image_attribute(ImageId=image, Attribute="imdsSupport", Value="v2.0")
    answers = {
        name: ec2.describe_image_attribute(ImageId=image, Attribute=name)
        for name in ("description", "imdsSupport", "deregistrationProtection", "bootMode", "lastLaunchedTime")
    }
    assert answers["description"]["Description"] == {"Value": "better"}
    assert answers["imdsSupport"]["ImdsSupport"] == {"Value": "v2.0"}
    assert answers["deregistrationProtection"]["DeregistrationProtection"] == {"Value": "disabled"}
    assert answers["bootMode"]["BootMode"] == {"Value": "uefi-preferred"}
    assert answers["lastLaunchedTime"]["LastLaunchedTime"] == {}


def test_an_image_under_the_managed_key_is_not_shared(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account, encrypted=True)
    with pytest.raises(ClientError, match="AWS Managed CMK"):
        ec2.modify_image_attribute(ImageId=image, OperationType="add", UserIds=["111122223333"])
    assert permissions(ec2, image) == []


@pytest.mark.contract("ami_block_public_access")
def test_public_sharing_can_be_blocked(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        ec2.modify_image_attribute(ImageId=image, OperationType="add", UserGroups=["all"])
    assert not describe(ec2, image)["Public"]
    ec2.disable_image_block_public_access()
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"
    ec2.modify_image_attribute(ImageId=image, OperationType="add", UserGroups=["all"])
    assert describe(ec2, image)["Public"]
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
