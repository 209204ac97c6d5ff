"""A host that is no longer needed in; it is ended, and of one that failed the console is kept."""

from goldsmith import aws
from goldsmith.act.host.terminate import dismiss
from goldsmith.step import step
from goldsmith.values.verify_plan import Dismissal, Dismissed


@step
def handler(asked: Dismissal) -> Dismissed:
    return dismiss(asked, ec2=aws.client("ec2"), s3=aws.client("s3"), bucket=aws.setting("EVIDENCE"))
