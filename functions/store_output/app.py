"""A command that has ended in; its output is kept as evidence, and what is next comes out."""

from goldsmith import aws
from goldsmith.act.host.store_output import OutputStore
from goldsmith.act.host.store_test_result import store_result
from goldsmith.step import step
from goldsmith.values.build import Progress, Ran
from goldsmith.values.verify_plan import Attempt, Passed


@step
def handler(ran: Ran | Attempt) -> Progress | Passed:
    logs, folder, evidence = (aws.setting(name) for name in ("LOGS", "HOST_FOLDER", "EVIDENCE"))
    ssm, s3, region = aws.client("ssm"), aws.client("s3"), aws.setting("AWS_REGION")
    outputs = OutputStore(ssm=ssm, s3=s3, logs=logs, folder=folder, evidence=evidence, region=region)
    return store_result(ran, outputs=outputs) if isinstance(ran, Attempt) else outputs.store(ran)
