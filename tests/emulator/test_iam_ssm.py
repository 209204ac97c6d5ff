"""What AWS evaluates for Systems Manager: one row per allow and per deny."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import Account
from tests.permissions import Statement, allow, denial, role

PARAMETER = "arn:aws:ssm:us-east-1:*:parameter/golden/current"
INSTANCE = "arn:aws:ec2:*:*:instance/*"
SHELL = "arn:aws:ssm:*::document/AWS-RunShellScript"
OURS = {"StringEquals": {"aws:ResourceTag/goldsmith:run": "r-1"}}
OURS_TOO = {"StringEquals": {"ssm:resourceTag/goldsmith:run": "r-1"}}
TAGS = [{"Key": "goldsmith:run", "Value": "r-1"}]

Call = Callable[[Any, str], Any]


def send(document: str = "AWS-RunShellScript", **more: Any) -> Call:
    return lambda ssm, instance: ssm.send_command(DocumentName=document, InstanceIds=[instance], **more)


def put(**more: Any) -> Call:
    return lambda ssm, _: ssm.put_parameter(Name="/golden/current", Value="ami-1", Type="String", **more)


def get(name: str) -> Call:
    return lambda ssm, _: ssm.get_parameter(Name=name)


CASES: dict[str, tuple[Call, list[Statement], str]] = {
    "send": (send(), [allow("ssm:SendCommand", [SHELL, INSTANCE])], ""),
    "send to our own": (send(), [allow("ssm:SendCommand", SHELL), allow("ssm:SendCommand", INSTANCE, **OURS)], ""),
    "send by ssm:resourceTag": (
        send(),
        [allow("ssm:SendCommand", SHELL), allow("ssm:SendCommand", INSTANCE, **OURS_TOO)],
        "",
    ),
    "send to another's": (
        lambda ssm, _: ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=["i-0000"]),
        [allow("ssm:SendCommand", SHELL), allow("ssm:SendCommand", INSTANCE, **OURS)],
        "ssm:SendCommand on resource: arn:aws:ec2:us-east-1:",
    ),
    "send without the document": (
        send(),
        [allow("ssm:SendCommand", INSTANCE)],
        "ssm:SendCommand on resource: arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
    ),
    "send without the instance": (send(), [allow("ssm:SendCommand", SHELL)], ":instance/i-"),
    "send a document of the account": (
        send("harden"),
        [allow("ssm:SendCommand", ["arn:aws:ssm:*:2*:document/harden", INSTANCE])],
        "",
    ),
    "send another document": (
        send("harden"),
        [allow("ssm:SendCommand", [SHELL, INSTANCE])],
        ":document/harden",
    ),
    "send to whatever has a tag": (
        lambda ssm, _: ssm.send_command(
            DocumentName="AWS-RunShellScript", Targets=[{"Key": "tag:goldsmith:run", "Values": ["r-1"]}]
        ),
        [allow("ssm:SendCommand", SHELL), allow("ssm:SendCommand", INSTANCE, **OURS)],
        ":instance/*",
    ),
    "send with output": (
        send(OutputS3BucketName="logs"),
        [allow("ssm:SendCommand", [SHELL, INSTANCE])],
        "ssm:SendCommand on resource: arn:aws:s3:::logs",
    ),
    "invocation": (
        lambda ssm, instance: ssm.get_command_invocation(CommandId="c" * 36, InstanceId=instance),
        [allow("ssm:GetCommandInvocation")],
        "",
    ),
    "invocation has no resource": (
        lambda ssm, instance: ssm.get_command_invocation(CommandId="c" * 36, InstanceId=instance),
        [allow("ssm:GetCommandInvocation", INSTANCE)],
        "ssm:GetCommandInvocation",
    ),
    "put": (put(), [allow("ssm:PutParameter", PARAMETER)], ""),
    "put elsewhere": (put(), [allow("ssm:PutParameter", f"{PARAMETER}/other")], "ssm:PutParameter on resource:"),
    "put over": (
        put(Overwrite=True),
        [allow("ssm:PutParameter", PARAMETER, Bool={"ssm:Overwrite": "false"})],
        "ssm:PutParameter",
    ),
    "put with tags": (
        put(Tags=TAGS),
        [allow(["ssm:PutParameter", "ssm:AddTagsToResource"], PARAMETER)],
        "",
    ),
    "put with tags but no right to tag": (
        put(Tags=TAGS),
        [allow("ssm:PutParameter", PARAMETER)],
        "ssm:AddTagsToResource on resource: arn:aws:ssm:us-east-1:",
    ),
    "get a version": (get("/golden/current:3"), [allow("ssm:GetParameter", PARAMETER)], ""),
    "get a label": (get("golden/current:live"), [allow("ssm:GetParameter", PARAMETER)], ""),
    "get a public one": (
        get("/aws/service/ami-amazon-linux-latest/al2023"),
        [allow("ssm:GetParameter", "arn:aws:ssm:*::parameter/aws/service/*")],
        "",
    ),
    "public ones belong to no account": (
        get("/aws/service/ami-amazon-linux-latest/al2023"),
        [allow("ssm:GetParameter", "arn:aws:ssm:*:2*:parameter/aws/service/*")],
        "arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/al2023",
    ),
    "get two, may read one": (
        lambda ssm, _: ssm.get_parameters(Names=["/golden/current", "/golden/next"]),
        [allow("ssm:GetParameters", PARAMETER)],
        ":parameter/golden/next",
    ),
    "label": (
        lambda ssm, _: ssm.label_parameter_version(Name="/golden/current", Labels=["live"]),
        [allow("ssm:LabelParameterVersion", PARAMETER)],
        "",
    ),
    "label elsewhere": (
        lambda ssm, _: ssm.label_parameter_version(Name="/golden/next", Labels=["live"]),
        [allow("ssm:LabelParameterVersion", PARAMETER)],
        "ssm:LabelParameterVersion",
    ),
    "delete": (
        lambda ssm, _: ssm.delete_parameter(Name="/golden/current"),
        [allow("ssm:DeleteParameter", PARAMETER)],
        "",
    ),
    "tag": (
        lambda ssm, _: ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/golden/current", Tags=TAGS),
        [allow("ssm:AddTagsToResource", PARAMETER, StringEquals={"aws:RequestTag/goldsmith:run": "r-1"})],
        "",
    ),
    "tag otherwise": (
        lambda ssm, _: ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/golden/current", Tags=TAGS),
        [allow("ssm:AddTagsToResource", PARAMETER, StringEquals={"aws:RequestTag/goldsmith:run": "r-2"})],
        "ssm:AddTagsToResource",
    ),
}


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(("call", "statements", "named"), CASES.values(), ids=CASES)
def test_systems_manager(account: Account, call: Call, statements: list[Statement], named: str):
    image = account.tell("images/add", region="us-east-1", name="golden")["image_id"]
    launched = account.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)
    instance = launched["Instances"][0]["InstanceId"]
    account.client("ec2").create_tags(Resources=[instance], Tags=TAGS)
    caller = role(account, *statements)

    message = denial(lambda: call(caller.client("ssm"), instance))

    assert named in message
    assert bool(message) is bool(named)
