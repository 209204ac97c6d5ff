"""An AMI in; the scan that Inspector has begun of it out."""

from goldsmith import aws
from goldsmith.act.verify.scan import scan
from goldsmith.step import step
from goldsmith.values.scan import Scanning, ToScan


@step
def handler(asked: ToScan) -> Scanning:
    return scan(asked, inspector=aws.client("inspector2"))
