"""What of a distribution and a promotion is refused in each of their states: the smallest part that needs it."""

from collections.abc import Callable
from typing import Final

from tests.workflows.going import HOME_ONLY, NEAR, Going
from tests.workflows.refusals import Case, not_invoked

PLACE: Final = f"{{regions: [{{name: us-east-1}}, {{name: {NEAR}}}]}}"
SHARED: Final = "{regions: [{name: us-east-1}], accounts: ['333333333333']}"


def copied(going: Going) -> None:
    going.recipe(PLACE).verified().go()


def shared(going: Going) -> None:
    going.recipe(SHARED).verified().go()


def spread(going: Going) -> None:
    """At home alone."""
    going.recipe(HOME_ONLY).verified().go()


def swept(going: Going) -> None:
    going.at.sweep("CatchUp")


def lost(going: Going) -> None:
    going.at.tell("weather", service="dynamodb", operation="Query", principal="CatchUp", effect="deny")
    going.at.sweep("CatchUp")


def released(going: Going) -> None:
    going.recipe(HOME_ONLY).verified(stage="distributed").go("Image Distributed")


NEEDS: Final[dict[Case, Callable[[Going], None]]] = {
    ("RouteRole", "s3:GetObject", "distribute/Route"): spread,
    ("CopyImageRole", "ec2:CopyImage", "distribute/Copy"): copied,
    ("CopyImageRole", "kms:CreateGrant", ""): copied,
    ("WatchRole", "ec2:DescribeImages", "distribute/Await copy"): copied,
    ("FinishCopyRole", "ec2:DescribeImages", "distribute/Finish"): spread,
    ("GatherCopiesRole", "ec2:DescribeImages", "distribute/Gather copies"): spread,
    ("DeliverRole", "ec2:CreateTags", "distribute/Deliver"): spread,
    ("DistributeRole", "lambda:InvokeFunction", ""): spread,
    ("DistributeRole", "events:PutEvents", "distribute/Report distributed"): spread,
    ("CatchUpRole", "dynamodb:Query", ""): swept,
    ("CatchUpRole", "sqs:SendMessage", ""): lost,
    ("CatchUpCatchUpRole", "lambda:InvokeFunction", ""): swept,
    ("CatchUpCatchUpRole", "sqs:SendMessage", ""): lambda going: not_invoked(going.at, "CatchUpCatchUpRole", "CatchUp"),
    ("GatherPointersRole", "ec2:DescribeImages", "promote/Gather pointers"): released,
    ("PointRole", "ssm:PutParameter", "promote/Point"): released,
    ("PointRole", "ec2:DescribeImages", ""): released,
    ("ReleaseRole", "ec2:CreateTags", "promote/Release"): released,
    ("PromoteRole", "lambda:InvokeFunction", ""): released,
    ("PromoteRole", "events:PutEvents", "promote/Report promoted"): released,
}
