"""What a reader who distrusts us looks for in member-account.yaml: who may enter, what he may do there, and on what."""

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from goldsmith.lifecycle import BACK, TABLE, Deed
from goldsmith_cli.audit.policy import READ
from tests.deployment import TEMPLATES, find, resources, template
from tests.test_safety import as_list, steps

IMAGE_REFERENCES = {
    "ec2:DescribeImageReferences",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "imagebuilder:GetContainerRecipe",
    "imagebuilder:ListContainerRecipes",
    "imagebuilder:ListImageRecipes",
    "ssm:DescribeParameters",
    "ssm:GetParameters",
}
"""AWS's managed policy AmazonEC2ImageReferencesAccessPolicy, version 3 of 2026-02-12, as read on 2026-11-30:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ImageReferencesAccessPolicy.html"""
ROLES = resources("AWS::IAM::Role", "member-account.yaml")
ENTERS = {"Retirer": "ApplyRetire", "Restorer": "Restore", "Holder": "ChangeHold"}
ACTS = tuple(ENTERS)
STAGE = "aws:ResourceTag/goldsmith:stage"
LONGEST_ROLE_NAME = 64
DELETED_IN = ["disabled", "failed"]


def statements(role: str) -> list[dict[str, Any]]:
    (policy,) = ROLES[role]["Policies"]
    return list(policy["PolicyDocument"]["Statement"])


def actions(role: str) -> set[str]:
    return {action for each in statements(role) for action in as_list(each["Action"])}


def changes(role: str) -> list[dict[str, Any]]:
    """What is more than a look."""
    return [each for each in statements(role) if not all(is_a_look(action) for action in as_list(each["Action"]))]


def is_a_look(action: str) -> bool:
    return re.fullmatch(r"[\w-]+:(BatchGet|Describe|Get|List)\w+", action) is not None


def taken(role: str) -> set[tuple[str | None, str]]:
    tags = [each for each in changes(role) if "ec2:CreateTags" in as_list(each["Action"])]
    return {step for each in tags if "StringEquals" in each["Condition"] for step in steps(each)}


def of(*deeds: Deed) -> set[tuple[str | None, str]]:
    return {(stage, after.value) for (deed, stage), after in TABLE.items() if deed in deeds}


def test_the_longest_name_of_a_stack_leaves_the_names_of_its_roles_whole():
    """CloudFormation gives what it names a suffix of up to 13 characters, and cuts the rest to what IAM allows."""
    pattern, suffix, longest = (
        template("member-account.yaml")["Parameters"]["Stack"]["AllowedPattern"],
        "X" * 13,
        "a" * 9,
    )
    assert re.fullmatch(pattern, longest)
    assert not re.fullmatch(pattern, f"{longest}a")
    for function in ENTERS.values():  # the hyphen before the suffix is cut first
        assert len(f"{longest}-RetireStack-{suffix}-{function}Role{suffix}") <= LONGEST_ROLE_NAME


def test_who_retires_takes_exactly_the_steps_of_its_deeds():
    assert taken("Retirer") == of(Deed.SUPERSEDE, Deed.DEPRECATE, Deed.DISABLE)


def test_who_restores_takes_exactly_the_steps_back():
    """What comes out of the bin carries the tag that it went with: that of what failed has one way, to where it was."""
    back = {(stage, before.value) for (stage, _) in of(Deed.RESTORE) for before in BACK}
    assert of(Deed.RESTORE) <= back
    gone = {stage for stage, _ in of(Deed.DEREGISTER)} - {stage for stage, _ in of(Deed.RESTORE)}
    assert taken("Restorer") == back | {(stage, str(stage)) for stage in gone}


@pytest.mark.parametrize("action", ["ec2:DeregisterImage", "ec2:DeleteSnapshot"])
def test_nobody_else_deletes(action):
    """In no template, and not by a wildcard either."""
    granted = [
        (name, each)
        for name in [*TEMPLATES, "member-account.yaml"]
        for found in find(template(name), "Action")
        for each in as_list(found)
        if fnmatchcase(action.lower(), str(each).lower())
    ]
    assert granted == [("member-account.yaml", action)]
    assert not [name for name in [*TEMPLATES, "member-account.yaml"] if [*find(template(name), "NotAction")]]
    (statement,) = [each for each in statements("Retirer") if action in as_list(each["Action"])]
    assert (as_list(statement["Action"]), statement["Condition"]) == ([action], {"StringEquals": {STAGE: DELETED_IN}})


def test_who_restores_or_holds_can_delete_nothing_and_takes_nothing_out_of_use():
    named = ("Delete", "Deregister", "Disable", "Terminate")
    deleted = {role: [a for a in actions(role) if a.partition(":")[2].startswith(named)] for role in ACTS[1:]}
    assert deleted == {"Restorer": [], "Holder": ["ec2:DeleteTags"]}
    assert not [each for role in ACTS for each in actions(role) if "*" in each]


def test_a_hold_is_the_only_tag_that_is_taken_away():
    (statement,) = [each for each in statements("Holder") if "ec2:DeleteTags" in as_list(each["Action"])]
    assert statement["Condition"] == {
        "Null": {STAGE: "false", "aws:TagKeys": "false"},  # who names no tag would take them all
        "ForAllValues:StringEquals": {"aws:TagKeys": ["goldsmith:hold"]},
    }


@pytest.mark.parametrize("role", ACTS)
def test_all_that_changes_an_image_is_for_ours_alone(role):
    """A report has no stage, but is on an image that must have one."""
    for each in changes(role):
        if "launch-template" in str(each["Resource"]):
            assert each["Condition"] == {"Null": {"aws:ResourceTag/goldsmith:family": "false"}}
        elif "image-usage-report" not in str(each["Resource"]):
            condition = each["Condition"]
            assert STAGE in condition.get("StringEquals", {}) or condition["Null"][STAGE] == "false"
            assert each["Resource"] != "*"


def test_who_shares_again_is_not_asked_for_an_attribute():
    """EC2 has no `ec2:Attribute` for a launch permission: a condition on it would deny every restore."""
    (statement,) = [each for each in statements("Restorer") if "ec2:ModifyImageAttribute" in as_list(each["Action"])]
    assert statement["Condition"] == {"StringEquals": {STAGE: DELETED_IN}}


def test_who_reads_holds_all_that_ec2_asks_for_image_references():
    assert actions("Reader") >= IMAGE_REFERENCES
    assert set(READ) >= IMAGE_REFERENCES


def test_who_reads_changes_nothing():
    assert not changes("Reader")


@pytest.mark.parametrize(("role", "function"), ENTERS.items())
def test_only_its_function_enters(role, function):
    (statement,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${HomeAccount}:root"}}
    named = f"arn:${{AWS::Partition}}:iam::${{HomeAccount}}:role/${{Stack}}-RetireStack-*-{function}Role*"
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": {"Fn::Sub": named}}}

    entered = f":role/{ROLES[role]['RoleName']}"
    functions = resources("AWS::Serverless::Function")
    assert [name for name, each in functions.items() if entered in str(each.get("Policies"))] == [function]
    assert function in template("stacks/retire.yaml")["Resources"]
