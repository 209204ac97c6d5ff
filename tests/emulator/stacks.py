"""Stacks as tests see them: one stack `s` of an account, with one resource `It` that is looked at."""

import json
from typing import Any

import pytest

from tests.embedded import Account, eventually

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        }
    },
}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}


def stack(account: Account, resource: dict[str, Any], **others: dict[str, Any]) -> str:
    """Create or update a stack in which `It` is the resource; the physical id of it."""
    cloudformation = account.client("cloudformation")
    body = json.dumps({"Resources": {"It": resource, "Role": ROLE} | others})
    request = {"StackName": "s", "TemplateBody": body, "Capabilities": ["CAPABILITY_IAM"]}
    exists = any(each["StackStatus"] != "DELETE_COMPLETE" for each in cloudformation.list_stacks()["StackSummaries"])
    (cloudformation.update_stack if exists else cloudformation.create_stack)(**request)
    status = settled(account)
    assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), reasons(account)
    found = cloudformation.describe_stack_resource(StackName="s", LogicalResourceId="It")["StackResourceDetail"]
    return str(found["PhysicalResourceId"])


def settled(account: Account) -> str:
    cloudformation = account.client("cloudformation")

    def ended() -> str:
        status = str(cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"])
        return "" if status.endswith("_IN_PROGRESS") else status

    return eventually(ended)


def reasons(account: Account) -> str:
    stack_id = account.client("cloudformation").list_stacks()["StackSummaries"][0]["StackId"]
    events = account.client("cloudformation").describe_stack_events(StackName=stack_id)["StackEvents"]
    return "; ".join(event.get("ResourceStatusReason", "") for event in events)


def refused(account: Account, resource: dict[str, Any]) -> str:
    with pytest.raises(AssertionError) as caught:
        stack(account, resource)
    assert settled(account) == "ROLLBACK_COMPLETE"
    return str(caught.value)


def delete(account: Account) -> str:
    account.client("cloudformation").delete_stack(StackName="s")
    return settled(account)


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}
