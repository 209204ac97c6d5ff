"""A step of the bundle in; the command that was sent to the builder out."""

from goldsmith import aws
from goldsmith.act.host.send import send
from goldsmith.gather.bundles import bundle_of
from goldsmith.step import step
from goldsmith.values.build import HostStep, Sent


@step
def handler(asked: HostStep) -> Sent:
    bundle = bundle_of(asked.bundle, s3=aws.client("s3"), bucket=aws.setting("RECIPES"))
    logs, folder = aws.setting("LOGS"), aws.setting("HOST_FOLDER")
    return send(asked, bundle, ssm=aws.client("ssm"), bucket=logs, folder=folder)
