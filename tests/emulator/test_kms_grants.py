"""Grants: what they allow, whose they are, and who retires them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.test_kms_accounts import key, to
from tests.permissions import Role, allow, assume, denial, deny, make_role, role

GRANTS = ["kms:CreateGrant", "kms:ListRetirableGrants", "kms:RetireGrant"]


@pytest.fixture
def home(embedded: Embedded) -> Account:
    return embedded.new_account()


@pytest.fixture
def arn(home: Account, account: Account) -> str:
    return key(home, to(account.id, "kms:CreateGrant"))


def root(account: Account) -> str:
    return f"arn:aws:iam::{account.id}:root"


def grant(admin: Role, arn: str, grantee: str, *operations: str, **more: Any) -> str:
    kms = admin.client("kms")
    asked = {"KeyId": arn, "GranteePrincipal": grantee, "Operations": operations} | more
    return str(kms.create_grant(**asked)["GrantId"])


@pytest.fixture
def admin(account: Account) -> Role:
    return role(account, allow(GRANTS))


@pytest.mark.contract("kms_grant_rights")
def test_a_grant_allows_its_operations_to_its_grantee(account: Account, admin: Role, arn: str):
    grantee, other = make_role(account), role(account)
    grant(admin, arn, grantee, "DescribeKey")
    kms = assume(account, grantee).client("kms")

    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["Arn"] == arn
    assert "kms:Encrypt" in denial(lambda: kms.encrypt(KeyId=arn, Plaintext=b"x"))
    assert "kms:DescribeKey" in denial(lambda: other.client("kms").describe_key(KeyId=arn))


@pytest.mark.contract("kms_grant_rights")
def test_a_deny_wins_over_a_grant(account: Account, admin: Role, arn: str):
    grantee = make_role(account, deny("kms:DescribeKey"))
    grant(admin, arn, grantee, "DescribeKey")

    assert "explicit deny" in denial(lambda: assume(account, grantee).client("kms").describe_key(KeyId=arn))


@pytest.mark.contract("kms_grant_rights")
@pytest.mark.parametrize("constraint", ["EncryptionContextSubset", "EncryptionContextEquals"])
def test_a_grant_with_a_constraint_is_for_that_encryption_context(
    account: Account, admin: Role, arn: str, constraint: str
):
    grantee = make_role(account)
    grant(admin, arn, grantee, "Encrypt", Constraints={constraint: {"volume": "a"}})
    kms = assume(account, grantee).client("kms")

    def encrypt(**context: str) -> Any:
        return kms.encrypt(KeyId=arn, Plaintext=b"x", EncryptionContext=context)

    assert encrypt(volume="a")["KeyId"] == arn
    for context in ({"volume": "b"}, {}):
        assert denial(lambda: encrypt(**context))  # noqa: B023 - called at once
    assert bool(denial(lambda: encrypt(volume="a", more="b"))) == (constraint == "EncryptionContextEquals")


@pytest.mark.contract("kms_grants_of_a_key")
def test_the_account_of_the_key_sees_the_grant_and_who_made_it(home: Account, account: Account, admin: Role, arn: str):
    grantee = make_role(account)
    made = grant(admin, arn, grantee, "DescribeKey", Name="a")

    (listed,) = home.client("kms").list_grants(KeyId=arn)["Grants"]

    assert (listed["GrantId"], listed["IssuingAccount"], listed["GranteePrincipal"]) == (made, root(account), grantee)


def test_with_the_same_name_and_parameters_it_is_the_same_grant(account: Account, admin: Role, arn: str):
    grantee = make_role(account)
    first = grant(admin, arn, grantee, "DescribeKey", Name="a")

    assert grant(admin, arn, grantee, "DescribeKey", Name="a") == first
    assert grant(admin, arn, grantee, "DescribeKey", Name="b") != first


@pytest.mark.parametrize(
    ("condition", "fine"),
    [
        ({"StringLike": {"kms:GranteePrincipal": "arn:aws:iam::*:role/role-*"}}, True),
        ({"StringLike": {"kms:GranteePrincipal": "arn:aws:iam::*:user/*"}}, False),
        ({"ForAllValues:StringEquals": {"kms:GrantOperations": ["DescribeKey", "Decrypt"]}}, True),
        ({"ForAllValues:StringEquals": {"kms:GrantOperations": ["DescribeKey"]}}, False),
        ({"StringEquals": {"kms:RetiringPrincipal": "{root}"}}, True),
        ({"StringEquals": {"kms:RetiringPrincipal": "arn:aws:iam::123456789012:root"}}, False),
        ({"StringEquals": {"kms:GrantConstraintType": "EncryptionContextSubset"}}, True),
        ({"Null": {"kms:GrantConstraintType": "true"}}, False),
        ({"Bool": {"kms:GrantIsForAWSResource": "true"}}, False),
        ({"Null": {"kms:ViaService": "true"}}, True),
    ],
    ids=str,
)
def test_what_a_key_policy_may_ask_of_a_grant(home: Account, account: Account, admin: Role, condition: Any, fine: bool):  # noqa: FBT001 - a table
    asked = {op: {k: root(account) if v == "{root}" else v for k, v in keys.items()} for op, keys in condition.items()}
    arn = key(home, to(account.id, "kms:CreateGrant", **asked))

    def make() -> str:
        constraints = {"EncryptionContextSubset": {"a": "b"}}
        more = {"RetiringPrincipal": root(account), "Constraints": constraints}
        return grant(admin, arn, make_role(account), "DescribeKey", "Decrypt", **more)

    if fine:
        assert make()
    else:
        assert "kms:CreateGrant" in denial(make)


@pytest.mark.contract("kms_grant_rights")
@pytest.mark.parametrize("by", ["id", "token"])
def test_the_account_that_made_a_grant_retires_it_by_its_iam_policies(home: Account, admin: Role, arn: str, by: str):
    account, outsider = admin.account, Account(home.endpoint, str(int(home.id) - 1_000))
    asked = {"KeyId": arn, "GranteePrincipal": make_role(account), "Operations": ["DescribeKey"]}
    made = admin.client("kms").create_grant(**asked)
    named = {"GrantToken": made["GrantToken"]} if by == "token" else {"KeyId": arn, "GrantId": made["GrantId"]}
    cannot = [role(account).client("kms"), role(outsider, allow("kms:*")).client("kms")]
    cannot += [outsider.client("kms")] if by == "id" else []

    for kms in cannot:
        assert "kms:RetireGrant" in denial(lambda: kms.retire_grant(**named))  # noqa: B023 - called at once
    admin.client("kms").retire_grant(**named)

    assert home.client("kms").list_grants(KeyId=arn)["Grants"] == []


@pytest.mark.contract("kms_grant_rights")
def test_a_grantee_retires_its_grant_if_the_grant_says_so(home: Account, account: Account, admin: Role, arn: str):
    for operations in (("DescribeKey",), ("DescribeKey", "RetireGrant")):
        grantee = make_role(account)
        made = grant(admin, arn, grantee, *operations)
        kms = assume(account, grantee).client("kms")
        refused = bool(denial(lambda: kms.retire_grant(KeyId=arn, GrantId=made)))  # noqa: B023 - called at once
        assert refused == ("RetireGrant" not in operations)
    assert len(home.client("kms").list_grants(KeyId=arn)["Grants"]) == 1


@pytest.mark.contract("kms_retirable_grants")
def test_an_account_lists_the_grants_that_it_may_retire(home: Account, account: Account, admin: Role, arn: str):
    mine = {"RetiringPrincipal": root(account)}
    made = {grant(admin, arn, make_role(account), "DescribeKey", **mine) for _ in range(3)}
    grant(admin, arn, make_role(account), "DescribeKey")

    pages = [
        *admin.client("kms").get_paginator("list_retirable_grants").paginate(**mine, PaginationConfig={"PageSize": 2})
    ]

    assert [len(page["Grants"]) for page in pages] == [2, 1]
    assert {each["GrantId"] for page in pages for each in page["Grants"]} == made
    with pytest.raises(ClientError, match="InvalidArnException"):
        admin.client("kms").list_retirable_grants(RetiringPrincipal=root(home))
    assert "kms:ListRetirableGrants" in denial(lambda: role(account).client("kms").list_retirable_grants(**mine))


@pytest.mark.contract("kms_grantees")
@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"GranteePrincipal": "arn:aws:iam::{account}:role/nobody"}, "InvalidArnException"),
        ({"GranteePrincipal": "{role}", "RetiringPrincipal": "arn:aws:iam::{account}:user/nobody"}, "InvalidArnExcep"),
        ({"GranteePrincipal": "{role}", "Name": "a name"}, "ValidationException"),
        ({"GranteePrincipal": "{role}", "RetiringPrincipal": "arn:aws:iam::{account}:root", "Name": "a"}, ""),
    ],
)
def test_a_grant_is_for_a_principal_that_exists(account: Account, admin: Role, arn: str, asked: Any, error: str):
    parts = {"account": account.id, "role": make_role(account)}
    named = {name: value.format(**parts) for name, value in asked.items()}
    create = admin.client("kms").create_grant

    if error:
        with pytest.raises(ClientError, match=error):
            create(KeyId=arn, Operations=["DescribeKey"], **named)
    else:
        assert create(KeyId=arn, Operations=["DescribeKey"], **named)["GrantId"]
