"""A host that is no longer needed in; it is ended, and of one that failed the console is kept."""

from goldsmith import aws
from goldsmith.act.host.terminate import terminate
from goldsmith.step import step
from goldsmith.values.verify_plan import TerminatedHost, TerminateHost


@step
def handler(asked: TerminateHost) -> TerminatedHost:
    return terminate(asked, ec2=aws.client("ec2"), s3=aws.client("s3"), bucket=aws.setting("EVIDENCE"))
