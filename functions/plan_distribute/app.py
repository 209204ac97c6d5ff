"""A version in; where it goes, by the recipe that is accepted now, out."""

from goldsmith import aws
from goldsmith.gather.distribute.plan import plan_distribute
from goldsmith.step import step
from goldsmith.values.distribute import Route, Spread


@step
def handler(asked: Spread) -> Route:
    return plan_distribute(asked, s3=aws.client("s3"), bucket=aws.setting("RECIPES"), ec2=aws.client("ec2"))
