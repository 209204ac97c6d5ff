"""The check of rights finds a right that nobody uses, and a deed that nobody granted."""

from tests.rights.grants import Decision, Grants, Right, holes, unused

ACCOUNT, ROLE = "111111111111", "goldsmith-TagRole-0123456789AB"
TAG = Right("goldsmith/TagRole", "ec2:CreateTags", f"arn:aws:ec2:*:{ACCOUNT}:image/*")
READ = Right("goldsmith/TagRole", "s3:Get*", "arn:aws:s3:::evidence/${aws:userid}/*")


def deed(action: str, resource: str, account: str = ACCOUNT) -> Decision:
    return {"account": account, "role": ROLE, "action": action, "resource": resource, "allowed": True}


TAGGED = deed("ec2:CreateTags", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:image/ami-1")
WAS_READ = deed("s3:GetObject", "arn:aws:s3:::evidence/someone/kept")


def of(*rights: Right, account: str = ACCOUNT) -> Grants:
    return {(account, ROLE): [*rights]}


def test_what_is_granted_and_used_is_right():
    assert not unused(of(TAG, READ), [TAGGED, WAS_READ])
    assert not holes(of(TAG, READ), [TAGGED, WAS_READ])


def test_a_right_that_nobody_used_is_found():
    assert unused(of(TAG, READ), [TAGGED]) == {("goldsmith/TagRole", "s3:Get*", READ.resource)}


def test_use_in_another_account_is_use():
    other = "222222222222"
    there = Right(TAG.role, TAG.action, TAG.resource.replace(ACCOUNT, other))
    used = deed("ec2:CreateTags", f"arn:aws:ec2:eu-west-1:{other}:image/ami-1", other)
    assert not unused(of(TAG) | of(there, account=other), [used])


def test_a_deed_beyond_the_rights_is_found():
    elsewhere = deed("ec2:CreateTags", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:snapshot/snap-1")
    assert holes(of(TAG), [TAGGED, elsewhere, WAS_READ]) == [elsewhere, WAS_READ]
