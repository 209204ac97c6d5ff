"""What of a distribution and a promotion is refused in each of their states: the smallest part that needs it."""

from collections.abc import Callable
from typing import Final

from tests.workflows.going import HOME_ONLY, NEAR, Going
from tests.workflows.refusals import Case, name_of, not_invoked

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
    going.at.sweep("RequestMissingCopies")


def lost(going: Going) -> None:
    going.at.tell(
        "weather",
        service="dynamodb",
        operation="Query",
        principal=name_of(going.at, "RequestMissingCopiesRole"),
        effect="deny",
    )
    going.at.sweep("RequestMissingCopies")


def released(going: Going) -> None:
    going.recipe(HOME_ONLY).verified(stage="distributed").go("Image Distributed")


NEEDS: Final[dict[Case, Callable[[Going], None]]] = {
    ("PlanDistributeRole", "s3:GetObject", "distribute/Plan"): spread,
    ("CopyImageRole", "ec2:CopyImage", "distribute/Copy image"): copied,
    ("CopyImageRole", "kms:CreateGrant", ""): copied,
    ("WatchRole", "ec2:DescribeImages", "distribute/Await copy"): copied,
    ("FinishCopyRole", "ec2:DescribeImages", "distribute/Finish copy"): spread,
    ("FactsDistributeRole", "ec2:DescribeImages", "distribute/Collect facts"): spread,
    ("ApplyDistributeRole", "ec2:CreateTags", "distribute/Apply"): spread,
    ("DistributeRole", "lambda:InvokeFunction", ""): spread,
    ("DistributeRole", "events:PutEvents", "distribute/Report distributed"): spread,
    ("RequestMissingCopiesRole", "dynamodb:Query", ""): swept,
    ("RequestMissingCopiesRole", "sqs:SendMessage", ""): lost,
    ("RequestMissingCopiesCatchUpRole", "lambda:InvokeFunction", ""): swept,
    ("RequestMissingCopiesCatchUpRole", "sqs:SendMessage", ""): lambda going: not_invoked(
        going.at, "RequestMissingCopiesCatchUpRole", "RequestMissingCopies"
    ),
    ("FactsPromoteRole", "ec2:DescribeImages", "promote/Collect facts"): released,
    ("SetPointerRole", "ssm:PutParameter", "promote/Set pointer"): released,
    ("SetPointerRole", "ec2:DescribeImages", ""): released,
    ("ApplyPromoteRole", "ec2:CreateTags", "promote/Apply"): released,
    ("PromoteRole", "lambda:InvokeFunction", ""): released,
    ("PromoteRole", "events:PutEvents", "promote/Report promoted"): released,
}
