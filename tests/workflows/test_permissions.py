"""Take one permission away, let it be needed, and its refusal is named: in each state, and each way that it goes on."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.embedded import eventually
from tests.rights.grants import granted
from tests.rights.test_rights import excused
from tests.workflows import needs_builds, needs_going, needs_notify, needs_recipes, needs_retire, needs_verify
from tests.workflows.acting import acting
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.refusals import Case, is_told, not_invoked, words


def asked(at: Deployed) -> None:
    at.image().ask()


def asked_for_what_is_there(at: Deployed) -> None:
    at.image().becomes("available").ask()


def asked_for_nobodys(at: Deployed) -> None:
    at.image(goldsmith_family="nobodys").becomes("available").ask()


def looked_around(at: Deployed) -> None:
    at.image().becomes("available")
    at.sweep("DetectImage")


def unnoticeable(at: Deployed) -> None:
    at.tell("weather", service="ec2", operation="DescribeImages", principal="DetectImageRole", effect="deny")
    looked_around(at)


def waited_for(at: Deployed) -> None:
    at.image().ask().waits().becomes("available")


def swept(at: Deployed) -> None:
    at.sweep()


def unadoptable(at: Deployed) -> None:
    """Its run fails, and says so."""
    at.tell("weather", service="ec2", operation="CreateTags", principal="ApplyAdoptRole", effect="deny")
    asked_for_what_is_there(at)


def unreadable(at: Deployed) -> None:
    at.put("Adoption Requested", {"image": {}})


def unreapable(at: Deployed) -> None:
    at.tell("weather", service="dynamodb", operation="Query", principal="ReapRole", effect="deny")
    at.image().becomes("available").ask()


def unresumable(at: Deployed) -> None:
    at.tell("weather", service="dynamodb", operation="Query", principal="ResumeRole", effect="deny")
    at.image().becomes("available")


NEEDS: Final[dict[Case, Callable[[Deployed], None]]] = {
    ("StartRole", "dynamodb:GetItem", ""): asked,
    ("StartRole", "sqs:SendMessage", ""): unreadable,
    ("WatchRole", "dynamodb:PutItem", "adopt/Await image"): asked,
    ("ResumeRole", "dynamodb:Query", ""): waited_for,
    ("ResumeRole", "sqs:SendMessage", ""): unresumable,
    ("RecordEventRole", "dynamodb:PutItem", ""): asked,
    ("RecordEventRole", "sqs:SendMessage", ""): unreadable,
    ("ReapRole", "dynamodb:Query", "adopt/Report run failed"): unadoptable,
    ("ReapRole", "sqs:SendMessage", ""): unreapable,
    ("ReapSweepRole", "lambda:InvokeFunction", ""): swept,
    ("ReapSweepRole", "sqs:SendMessage", ""): lambda at: not_invoked(at, "ReapSweepRole", "Reap"),
    ("FactsAdoptRole", "ec2:DescribeImages", "adopt/Collect facts"): asked_for_what_is_there,
    ("ApplyAdoptRole", "s3:GetObject", "adopt/Apply"): asked_for_what_is_there,
    ("DetectImageRole", "ec2:DescribeImages", ""): looked_around,
    ("DetectImageRole", "sqs:SendMessage", ""): unnoticeable,
    ("DetectImageLookAroundRole", "lambda:InvokeFunction", ""): looked_around,
    ("DetectImageLookAroundRole", "sqs:SendMessage", ""): lambda at: not_invoked(
        at, "DetectImageLookAroundRole", "DetectImage"
    ),
    ("AdoptRole", "lambda:InvokeFunction", ""): asked,
    ("AdoptRole", "events:PutEvents", "adopt/Report refused"): asked_for_nobodys,
    **needs_recipes.NEEDS,
}


CASES: Final = {
    case for each in (needs_builds, needs_going, needs_notify, needs_retire, needs_verify) for case in each.NEEDS
} | {*NEEDS, needs_builds.LATE}


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(breakable: Deployed, case: Case):
    is_told(breakable, case, lambda: NEEDS[case](breakable), goes_on=lambda: None)


def test_no_role_was_forgotten(breakable: Deployed):
    rights = [right for _, each in granted(breakable.account, "goldsmith", HOME) for right in each]
    roles = {right.role.removeprefix("goldsmith/") for right in rights if not excused(right.action)}
    assert roles == {role for role, _, _ in CASES}


def test_no_state_was_forgotten():
    """Where states are alike in what matters here, one stands for all."""
    states = acting()
    shown = {states[state] for _, _, state in CASES if state}
    assert not {state: each for state, each in states.items() if each not in shown}


def test_each_case_is_of_the_role_that_acts_in_its_state():
    states = acting()
    assert not [case for case in CASES if case[2] and states[case[2]].role != case[0]]


def test_without_the_forwarders_permission_its_queue_says_so(breakable: Deployed):
    region = "eu-west-1"
    found = breakable.client("cloudformation", region).list_stack_resources(StackName="goldsmith-region")
    ids = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in found["StackResourceSummaries"]}
    breakable.client("iam").delete_role_policy(RoleName=ids["Forwarder"], PolicyName="forward")

    breakable.image(region=region).becomes("available")

    sqs = breakable.client("sqs", region)
    asked_for = {"QueueUrl": ids["Undelivered"], "MessageAttributeNames": ["All"]}
    (message,) = eventually(lambda: sqs.receive_message(**asked_for).get("Messages"))
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert "events:PutEvents" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
