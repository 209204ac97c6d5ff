"""A version in; what its verification will do comes out."""

from goldsmith import aws
from goldsmith.gather.verify.plan import plan_verify
from goldsmith.step import step
from goldsmith.values.verify_plan import OnTrial, Trial


@step
def handler(asked: OnTrial) -> Trial:
    return plan_verify(asked, s3=aws.client("s3"), bucket=aws.setting("RECIPES"), ec2=aws.client("ec2"))
