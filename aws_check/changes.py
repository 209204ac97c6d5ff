"""Asks CloudFormation for a change set of each template, reads what it says, and deletes it with its empty stack.

A change set that nobody executes makes no resource. Its stack, in REVIEW_IN_PROGRESS, holds none.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError, WaiterError

from aws_check.finding import Asked, Finding, Level, Told
from checks.reading import template

PREFIX: Final = "goldsmith-aws-check-"
CHANGE_SET: Final = "goldsmith-aws-check"
PACKAGED: Final = Path(".aws-sam/packaged.yaml")
LONGEST: Final = 51_200  # bytes of a template that is not in S3
PATIENCE: Final = {"Delay": 5, "MaxAttempts": 60}  # five minutes
LEFT_BEHIND: Final = timedelta(minutes=30)  # a run of somebody else may be going on
CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


@dataclass(frozen=True)
class Proposal:
    """A template and the parameters that it needs; `file` is what is sent, `path` what it was made of."""

    path: str
    file: Path
    parameters: dict[str, str] = field(default_factory=dict)
    nests: bool = False

    @property
    def body(self) -> str:
        """The template as JSON without blanks, which takes a fifth less than it does as YAML."""
        return json.dumps(template(self.file), separators=(",", ":"))

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.path.split('.')[0]}-{uuid.uuid4().hex[:8]}"


def proposals(asked: Asked) -> list[Proposal]:
    bus = f"arn:{asked.partition}:events:{asked.region}:{asked.account}:event-bus/goldsmith"
    return [
        Proposal("region.yaml", asked.root / "region.yaml", {"HomeBus": bus}),
        Proposal("member-account.yaml", asked.root / "member-account.yaml", {"HomeAccount": asked.account}),
        Proposal("template.yaml", asked.root / PACKAGED, {"Regions": asked.region}, nests=True),
    ]


def check(asked: Asked, told: Told) -> Iterator[Finding]:
    cloudformation = asked.client("cloudformation")
    told("what an earlier run left behind")
    yield from _cleared(cloudformation, datetime.now(UTC))
    for proposal in proposals(asked):
        told(proposal.path)
        if why := _left_out(proposal):
            yield Finding(proposal.path, 0, "change set", why, Level.UNASKED)
        else:
            yield from _proposed(proposal, cloudformation)


def _left_out(proposal: Proposal) -> str:
    if not proposal.file.exists():
        return f"left out: there is no {PACKAGED}; make it with `sam package --output-template-file {PACKAGED}`"
    if len(proposal.body) > LONGEST:
        return f"left out: {PACKAGED} has more than {LONGEST} bytes, which only S3 could hold"
    return ""


def _proposed(proposal: Proposal, cloudformation: Any) -> Iterator[Finding]:
    """Whatever happens, and however it is interrupted, the change set and its stack are deleted."""
    stack = proposal.name
    try:
        _create(proposal, stack, cloudformation)
        said = _refusal(stack, cloudformation)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        said = str(error)
    finally:
        left = [_deleted(stack, cloudformation), *_nested(proposal, stack, cloudformation)]
    if said:
        yield Finding(proposal.path, 0, "change set", said)
    yield from (Finding(proposal.path, 0, "clean-up", each) for each in left if each)


def _create(proposal: Proposal, stack: str, cloudformation: Any) -> None:
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=CHANGE_SET,
        ChangeSetType="CREATE",
        TemplateBody=proposal.body,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in proposal.parameters.items()],
        Capabilities=list(CAPABILITIES),
        IncludeNestedStacks=proposal.nests,
    )


def _refusal(stack: str, cloudformation: Any) -> str:
    """Why CloudFormation does not accept the change set; "" if it does."""
    name = {"StackName": stack, "ChangeSetName": CHANGE_SET}
    with suppress(WaiterError):  # also when it fails: the answer below says why
        cloudformation.get_waiter("change_set_create_complete").wait(**name, WaiterConfig=PATIENCE)
    answer = cloudformation.describe_change_set(**name)
    if answer["Status"] == "CREATE_COMPLETE":
        return ""
    return f"{answer['Status']}: {answer.get('StatusReason', 'CloudFormation says no more')}"


def _deleted(stack: str, cloudformation: Any) -> str:
    """Deletes a stack that holds nothing; what a person must do if it does not go."""
    by_hand = f"delete the stack {stack} by hand"
    if not stack.startswith(PREFIX):
        raise ValueError(f"{stack} is none of ours")
    status = _status(stack, cloudformation)
    if status is None:
        return ""
    if status != "REVIEW_IN_PROGRESS":
        return f"{stack} is {status}, so something else works on it: {by_hand}"
    try:
        with suppress(cloudformation.exceptions.ChangeSetNotFoundException):
            cloudformation.delete_change_set(StackName=stack, ChangeSetName=CHANGE_SET)
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=PATIENCE)
    except (ClientError, WaiterError) as error:
        return f"{by_hand}: {error}"
    return ""  # the waiter has seen that it is gone


def _status(stack: str, cloudformation: Any) -> str | None:
    """None if there is no such stack."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else str(found["StackStatus"])


def _nested(proposal: Proposal, stack: str, cloudformation: Any) -> Iterator[str]:
    """Deletes the stacks that CloudFormation made for nested ones, where they did not go with their parent."""
    if proposal.nests:
        for each in _empty_stacks(f"{stack}-", cloudformation):
            yield _deleted(each["StackName"], cloudformation)


def _empty_stacks(prefix: str, cloudformation: Any) -> list[dict[str, Any]]:
    """The stacks of a prefix that have a change set and nothing else."""
    pages = cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=["REVIEW_IN_PROGRESS"])
    return [each for page in pages for each in page["StackSummaries"] if each["StackName"].startswith(prefix)]


def _cleared(cloudformation: Any, now: datetime) -> Iterator[Finding]:
    """Deletes what a killed run left behind."""
    old = [each for each in _empty_stacks(PREFIX, cloudformation) if now - each["CreationTime"] > LEFT_BEHIND]
    for stack in sorted(each["StackName"] for each in old):
        left = _deleted(stack, cloudformation)
        said = left or f"deleted {stack}, which an earlier run left behind"
        yield Finding("aws_check", 0, "clean-up", said, Level.PROBLEM if left else Level.NOTE)
