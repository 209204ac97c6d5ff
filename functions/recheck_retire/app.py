"""Returns the facts of the sweep's next list, with what could have changed since read again.  Writes nothing."""

from goldsmith import aws
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.recheck import recheck
from goldsmith.step import step
from goldsmith.values.retire import Batch
from goldsmith.values.sweep import Course


@step
def handler(course: Course) -> Batch:
    sweeps, role = Evidence(aws.setting("SWEEPS"), aws.client("s3")), aws.setting("READER")
    return recheck(course, sweeps=sweeps, client=lambda account: aws.member(account, role))
