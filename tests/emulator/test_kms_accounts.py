"""Keys of other accounts: the key policy there and the caller's policies here must both allow."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.emulator.test_ebs_keys import encrypted, ended
from tests.permissions import Statement, allow, denial, role


@pytest.fixture
def home(embedded: Embedded) -> Account:
    return embedded.new_account()


def key(home: Account, *statements: Statement) -> str:
    """A key whose policy leaves it to its own account, and says this too."""
    own = {"Effect": "Allow", "Principal": {"AWS": home.id}, "Action": "kms:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [own, *statements]})
    return str(home.client("kms").create_key(Policy=document)["KeyMetadata"]["Arn"])


def to(principal: str, action: str | list[str], **condition: Any) -> Statement:
    return allow(action, **condition) | {"Principal": {"AWS": principal}}


@pytest.mark.contract("kms_other_accounts")
@pytest.mark.parametrize(
    ("there", "here", "fine"), [(True, True, True), (True, False, False), (False, True, False), (False, False, False)]
)
def test_both_accounts_must_allow(home: Account, account: Account, there: bool, here: bool, fine: bool):  # noqa: FBT001 - a table
    arn = key(home, *([to(account.id, "kms:DescribeKey")] if there else []))
    kms = role(account, *([allow("kms:DescribeKey", arn)] if here else [])).client("kms")

    if fine:
        assert kms.describe_key(KeyId=arn)["KeyMetadata"]["Arn"] == arn
    else:
        assert "kms:DescribeKey" in denial(lambda: kms.describe_key(KeyId=arn))


@pytest.mark.contract("kms_other_accounts")
def test_root_of_another_account_is_asked_for_too(home: Account, account: Account):
    kms = account.client("kms")
    assert "kms:DescribeKey" in denial(lambda: kms.describe_key(KeyId=key(home)))
    named = key(home, to(account.id, "kms:DescribeKey"))
    assert kms.describe_key(KeyId=named)["KeyMetadata"]["Arn"] == named


@pytest.mark.contract("kms_other_accounts")
@pytest.mark.parametrize(
    "change",
    [
        lambda kms, arn: kms.disable_key(KeyId=arn),
        lambda kms, arn: kms.schedule_key_deletion(KeyId=arn),
        lambda kms, arn: kms.put_key_policy(KeyId=arn, Policy="{}"),
    ],
)
def test_a_key_is_managed_in_its_own_account_only(home: Account, account: Account, change: Callable[[Any, str], Any]):
    arn = key(home, to(account.id, "kms:*"))
    kms = role(account, allow("kms:*")).client("kms")

    assert denial(lambda: change(kms, arn))
    assert home.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Enabled"


@pytest.mark.contract("kms_other_accounts")
def test_an_alias_of_another_account_is_not_ones_own(home: Account, account: Account):
    mine = account.client("kms")
    mine.create_alias(AliasName="alias/goldsmith", TargetKeyId=mine.create_key()["KeyMetadata"]["KeyId"])

    with pytest.raises(ClientError, match="NotFoundException"):
        mine.describe_key(KeyId=f"arn:aws:kms:us-east-1:{home.id}:alias/goldsmith")


@pytest.mark.contract("kms_other_accounts")
def test_a_key_is_found_in_its_region_only(home: Account, account: Account):
    arn = key(home, to(account.id, "kms:DescribeKey"))

    with pytest.raises(ClientError, match="NotFoundException"):
        account.client("kms", "eu-west-1").describe_key(KeyId=arn)


@pytest.mark.contract("kms_caller_account")
def test_a_key_policy_names_the_account_of_its_callers(home: Account, account: Account):
    wanted = {"StringEquals": {"kms:CallerAccount": account.id}}
    arn = key(home, to("*", "kms:DescribeKey", **wanted))

    assert role(account, allow("kms:DescribeKey")).client("kms").describe_key(KeyId=arn)
    other = Account(home.endpoint, str(int(account.id) - 1_000))
    assert denial(lambda: role(other, allow("kms:DescribeKey")).client("kms").describe_key(KeyId=arn))


@pytest.mark.contract("iam_principal_org")
def test_a_key_policy_names_the_organization_of_its_callers(home: Account, account: Account):
    management = account.client("organizations")
    organization = management.describe_organization()["Organization"]["Id"]
    created = management.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]
    member = Account(account.endpoint, created["AccountId"])
    arn = key(home, to("*", "kms:DescribeKey", StringEquals={"aws:PrincipalOrgID": organization}))

    assert role(member, allow("kms:DescribeKey")).client("kms").describe_key(KeyId=arn)
    other = Account(home.endpoint, str(int(account.id) - 1_000))
    assert denial(lambda: role(other, allow("kms:DescribeKey")).client("kms").describe_key(KeyId=arn))


@pytest.mark.contract("kms_other_accounts")
def test_a_launch_by_root_of_another_account_needs_the_key_policy(home: Account, account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    states = []
    for arn in (key(home), key(home, to(account.id, "kms:*"))):
        asked = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
        run = ec2.run_instances(**asked, BlockDeviceMappings=encrypted(arn))
        states.append(ended(ec2, run["Instances"][0]["InstanceId"])["State"]["Name"])
    assert states == ["terminated", "running"]
