"""A decision to take an image in; its version, and what is told of it, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.adopt.apply import adopt, recipe_for
from goldsmith.step import step
from goldsmith.values.adopt import Adopted, Adopting


@step
def handler(asked: Adopting) -> Adopted:
    bundle = recipe_for(asked, s3=aws.client("s3"), bucket=aws.setting("RECIPES"))
    return adopt(asked, bundle, ec2=aws.client("ec2"), now=datetime.now(UTC))
