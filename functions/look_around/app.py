"""A place in, where its inventory lies out; or a list of versions in, their facts as they are now out."""

from goldsmith import aws
from goldsmith.act.retire.read_inventory import LookAround, Looker
from goldsmith.evidence import Evidence
from goldsmith.step import step
from goldsmith.values.retire import Batch
from goldsmith.values.sweep import Course, Looked


@step
def handler(asked: LookAround | Course) -> Looked | Batch:
    role, sweeps = aws.setting("READER"), Evidence(aws.setting("SWEEPS"), aws.client("s3"))
    looker = Looker(sweeps, aws.setting("BUS_ARN"), lambda account: aws.member(account, role))
    return looker.look_around(asked) if isinstance(asked, LookAround) else looker.look_again(asked)
