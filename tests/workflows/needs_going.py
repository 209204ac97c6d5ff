"""What needs each permission of a distribution and a promotion: the smallest part of one."""

from collections.abc import Callable
from typing import Final

from tests.workflows.going import HOME_ONLY, NEAR, Going
from tests.workflows.refusals import not_invoked

PLACE: Final = f"{{regions: [{{name: us-east-1}}, {{name: {NEAR}}}]}}"
SHARED: Final = "{regions: [{name: us-east-1}], accounts: ['333333333333']}"
MAYBE: Final = f"{{regions: [{{name: us-east-1}}, {{name: {NEAR}, best_effort: true}}]}}"


def copied(going: Going) -> None:
    going.recipe(PLACE).verified().go()


def shared(going: Going) -> None:
    going.recipe(SHARED).verified().go()


def without_a_recipe(going: Going) -> None:
    going.go()


def late(going: Going) -> None:
    busy = {"principal": "DistributeStack", "effect": "fail", "code": "Unavailable"}
    going.at.tell("weather", service="ec2", operation="CopyImage", region=NEAR, **busy)
    going.recipe(MAYBE).verified().go()


def caught_up(going: Going) -> None:
    late(going)
    going.ends("Image Distributed")
    going.at.sweep("CatchUp")


def swept(going: Going) -> None:
    going.at.sweep("CatchUp")


def lost(going: Going) -> None:
    going.at.tell("weather", service="dynamodb", operation="Query", principal="CatchUp", effect="deny")
    going.at.sweep("CatchUp")


def released(going: Going) -> None:
    going.recipe(HOME_ONLY).verified(stage="distributed").go("Image Distributed")


def first_released(going: Going) -> None:
    """Of all: there is no index yet."""
    bucket = going.at.outputs["EvidenceBucket"]
    going.at.client("s3").delete_object(Bucket=bucket, Key="channels.json")
    released(going)


NEEDS: Final[dict[tuple[str, str], Callable[[Going], None]]] = {
    ("RouteRole", "s3:GetObject"): copied,
    ("RouteRole", "s3:ListBucket"): without_a_recipe,
    ("RouteRole", "ec2:DescribeImages"): copied,
    ("CopyImageRole", "dynamodb:Query"): copied,
    ("CopyImageRole", "dynamodb:PutItem"): copied,
    ("CopyImageRole", "ec2:DescribeImages"): copied,
    ("CopyImageRole", "ec2:CopyImage"): copied,
    ("CopyImageRole", "ec2:CreateTags"): copied,
    ("CopyImageRole", "kms:DescribeKey"): copied,
    ("CopyImageRole", "kms:CreateGrant"): copied,
    ("CopyImageRole", "kms:GenerateDataKeyWithoutPlaintext"): copied,
    ("FinishCopyRole", "dynamodb:Query"): copied,
    ("FinishCopyRole", "dynamodb:PutItem"): copied,
    ("FinishCopyRole", "ec2:DescribeImages"): copied,
    ("FinishCopyRole", "ec2:DescribeSnapshots"): copied,
    ("FinishCopyRole", "ec2:DescribeImageAttribute"): shared,
    ("FinishCopyRole", "ec2:CreateTags"): copied,
    ("FinishCopyRole", "ec2:ModifyImageAttribute"): shared,
    ("FinishCopyRole", "ec2:EnableImageDeprecation"): copied,
    ("FinishCopyRole", "ec2:EnableImageDeregistrationProtection"): copied,
    ("GatherCopiesRole", "ec2:DescribeImages"): copied,
    ("GatherCopiesRole", "ec2:DescribeSnapshots"): copied,
    ("GatherCopiesRole", "ec2:DescribeImageAttribute"): shared,
    ("DeliverRole", "ec2:DescribeImages"): copied,
    ("DeliverRole", "ec2:CreateTags"): copied,
    ("DeliverRole", "dynamodb:Query"): copied,
    ("DeliverRole", "dynamodb:PutItem"): late,
    ("DistributeRole", "lambda:InvokeFunction"): copied,
    ("DistributeRole", "events:PutEvents"): copied,
    ("CatchUpRole", "dynamodb:Query"): swept,
    ("CatchUpRole", "events:PutEvents"): caught_up,
    ("CatchUpRole", "sqs:SendMessage"): lost,
    ("CatchUpCatchUpRole", "lambda:InvokeFunction"): swept,
    ("CatchUpCatchUpRole", "sqs:SendMessage"): lambda going: not_invoked(going.at, "CatchUpCatchUpRole", "CatchUp"),
    ("GatherPointersRole", "ec2:DescribeImages"): released,
    ("GatherPointersRole", "ssm:GetParameter"): released,
    ("PointRole", "dynamodb:Query"): released,
    ("PointRole", "dynamodb:PutItem"): released,
    ("PointRole", "ssm:GetParameter"): released,
    ("PointRole", "ssm:PutParameter"): released,
    ("PointRole", "ec2:DescribeImages"): released,
    ("ReleaseRole", "ec2:DescribeImages"): released,
    ("ReleaseRole", "ec2:CreateTags"): released,
    ("ReleaseRole", "dynamodb:Query"): released,
    ("ReleaseRole", "s3:GetObject"): released,
    ("ReleaseRole", "s3:PutObject"): released,
    ("ReleaseRole", "s3:ListBucket"): first_released,
    ("PromoteRole", "lambda:InvokeFunction"): released,
    ("PromoteRole", "events:PutEvents"): released,
}
