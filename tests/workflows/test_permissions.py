"""Take one permission away, do what needs it, and its refusal is named."""

from collections.abc import Callable

import pytest

from local.deploy import deploy_everywhere
from tests.embedded import Embedded, eventually
from tests.rights.grants import granted
from tests.rights.test_rights import excused
from tests.workflows import needs_builds, needs_going, needs_notify, needs_recipes, needs_retire, needs_verify
from tests.workflows.arranging import hears, knows
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.refusals import is_told, not_invoked


@pytest.fixture(scope="module")
def own(embedded: Embedded) -> Deployed:
    """A stack that this module may break, whose retry intervals pass at once."""
    account = embedded.new_account()
    embedded.tell("clock", account=account.id, speed="instant")
    embedded.tell("images/hold", account=account.id)
    made = Deployed(embedded, account, deploy_everywhere(embedded.endpoint, account.id))
    knows(made, "webapp")
    for rule in ("ImageAvailable", "TagsWritten", "ImageAdopted"):
        hears(made, rule, wanted=False)
    return made


def asked(at: Deployed) -> None:
    at.image().ask()


def asked_for_what_is_there(at: Deployed) -> None:
    at.image().becomes("available").ask()


def asked_for_nobodys(at: Deployed) -> None:
    at.image(goldsmith_family="nobodys").becomes("available").ask()


def looked_around(at: Deployed) -> None:
    at.image().becomes("available")
    at.sweep("Notice")


def unnoticeable(at: Deployed) -> None:
    at.tell("weather", service="ec2", operation="DescribeImages", principal="NoticeRole", effect="deny")
    looked_around(at)


def asked_twice(at: Deployed) -> None:
    at.image().ask().waits().ask()


def waited_for(at: Deployed) -> None:
    at.image().ask().waits().becomes("available")


def stopped(at: Deployed) -> None:
    image = at.image().ask().waits()
    machine(at, f"adopt-{image.id}-1")
    image.stop()


def stopped_beside_a_volume(at: Deployed) -> None:
    image = at.image().ask().waits()
    tags = [{"Key": "goldsmith:host", "Value": f"adopt-{image.id}-1"}]
    at.client("ec2").create_volume(
        AvailabilityZone="us-east-1a", Size=8, TagSpecifications=[{"ResourceType": "volume", "Tags": tags}]
    )
    image.stop()


def machine(at: Deployed, run: str) -> None:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "goldsmith:run", "Value": run}]}]
    base = at.image(goldsmith_family="").becomes("available")
    at.client("ec2").run_instances(
        ImageId=base.id, InstanceType="t3.micro", MinCount=1, MaxCount=1, TagSpecifications=tags
    )


def swept(at: Deployed) -> None:
    at.image().ask().waits()
    at.sweep()


def unreadable(at: Deployed) -> None:
    at.put("Adoption Requested", {"image": {}})


def unreapable(at: Deployed) -> None:
    at.tell("weather", service="dynamodb", operation="Query", principal="ReapRole", effect="deny")
    at.image().becomes("available").ask()


def unresumable(at: Deployed) -> None:
    at.tell("weather", service="dynamodb", operation="Query", principal="ResumeRole", effect="deny")
    at.image().becomes("available")


NEEDS: dict[tuple[str, str], Callable[[Deployed], None]] = {
    ("StartRole", "dynamodb:GetItem"): asked,
    ("StartRole", "dynamodb:PutItem"): asked,
    ("StartRole", "states:StartExecution"): asked,
    ("StartRole", "states:DescribeExecution"): asked_twice,
    ("StartRole", "sqs:SendMessage"): unreadable,
    ("WatchRole", "dynamodb:PutItem"): asked,
    ("WatchRole", "dynamodb:DeleteItem"): asked_for_what_is_there,
    ("WatchRole", "states:SendTaskSuccess"): asked_for_what_is_there,
    ("WatchRole", "ec2:DescribeImages"): asked,
    ("ResumeRole", "dynamodb:Query"): waited_for,
    ("ResumeRole", "dynamodb:DeleteItem"): waited_for,
    ("ResumeRole", "states:SendTaskSuccess"): waited_for,
    ("ResumeRole", "sqs:SendMessage"): unresumable,
    ("RecordRole", "dynamodb:PutItem"): asked,
    ("RecordRole", "s3:PutObject"): asked_for_what_is_there,
    ("RecordRole", "sqs:SendMessage"): unreadable,
    ("ReapRole", "dynamodb:Query"): stopped,
    ("ReapRole", "dynamodb:DeleteItem"): stopped,
    ("ReapRole", "states:DescribeExecution"): swept,
    ("ReapRole", "ec2:DescribeInstances"): stopped,
    ("ReapRole", "ec2:TerminateInstances"): stopped,
    ("ReapRole", "ec2:DescribeVolumes"): stopped,
    ("ReapRole", "ec2:DeleteVolume"): stopped_beside_a_volume,
    ("ReapRole", "events:PutEvents"): stopped,
    ("ReapRole", "sqs:SendMessage"): unreapable,
    ("ReapSweepRole", "lambda:InvokeFunction"): swept,
    ("ReapSweepRole", "sqs:SendMessage"): lambda at: not_invoked(at, "ReapSweepRole", "Reap"),
    ("GatherImageRole", "ec2:DescribeImages"): asked_for_what_is_there,
    ("GatherImageRole", "dynamodb:Query"): asked_for_what_is_there,
    ("GatherImageRole", "s3:GetObject"): asked_for_what_is_there,
    ("GatherImageRole", "s3:ListBucket"): asked_for_nobodys,
    ("AdoptImageRole", "s3:GetObject"): asked_for_what_is_there,
    ("AdoptImageRole", "ec2:DescribeImages"): asked_for_what_is_there,
    ("AdoptImageRole", "ec2:CreateTags"): asked_for_what_is_there,
    ("NoticeRole", "ec2:DescribeImages"): looked_around,
    ("NoticeRole", "dynamodb:Query"): looked_around,
    ("NoticeRole", "events:PutEvents"): looked_around,
    ("NoticeRole", "sqs:SendMessage"): unnoticeable,
    ("NoticeLookAroundRole", "lambda:InvokeFunction"): looked_around,
    ("NoticeLookAroundRole", "sqs:SendMessage"): lambda at: not_invoked(at, "NoticeLookAroundRole", "Notice"),
    ("AdoptRole", "lambda:InvokeFunction"): asked,
    ("AdoptRole", "events:PutEvents"): asked_for_what_is_there,
    **needs_recipes.NEEDS,
}


@pytest.mark.parametrize(("role", "action"), NEEDS, ids=[f"{role} {action}" for role, action in NEEDS])
def test_a_permission_taken_away_is_named(own: Deployed, role, action):
    is_told(own, role, action, lambda: NEEDS[role, action](own), goes_on=lambda: None)


def test_no_permission_was_forgotten(own: Deployed):
    rights = [
        right for _, each in granted(own.account, "goldsmith", HOME) for right in each if not excused(right.action)
    ]
    granted_now = {(right.role.removeprefix("goldsmith/"), right.action) for right in rights}
    others = (needs_builds, needs_verify, needs_going, needs_notify, needs_retire)
    assert granted_now == {*NEEDS, *(need for each in others for need in each.NEEDS)}


def test_without_the_forwarders_permission_its_queue_says_so(own: Deployed):
    region = "eu-west-1"
    found = own.client("cloudformation", region).list_stack_resources(StackName="goldsmith-region")
    ids = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in found["StackResourceSummaries"]}
    own.client("iam").delete_role_policy(RoleName=ids["Forwarder"], PolicyName="forward")

    own.image(region=region).becomes("available")

    sqs = own.client("sqs", region)
    asked_for = {"QueueUrl": ids["Undelivered"], "MessageAttributeNames": ["All"]}
    (message,) = eventually(lambda: sqs.receive_message(**asked_for).get("Messages"))
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert "events:PutEvents" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
