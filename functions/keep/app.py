"""A command that has ended in; its output is kept as evidence, and what is next comes out."""

from goldsmith import aws
from goldsmith.act.keep import Keeper
from goldsmith.building import Progress, Ran
from goldsmith.step import step


@step
def handler(ran: Ran) -> Progress:
    logs, evidence, region = (aws.setting(name) for name in ("LOGS", "EVIDENCE", "AWS_REGION"))
    keeper = Keeper(ssm=aws.client("ssm"), s3=aws.client("s3"), logs=logs, evidence=evidence, region=region)
    return keeper.keep(ran)
