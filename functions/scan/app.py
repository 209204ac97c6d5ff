"""An AMI in; the scan that Inspector has begun of it out."""

from goldsmith import aws
from goldsmith.act.scan import scan
from goldsmith.scanning import Scanning, ToScan
from goldsmith.step import step


@step
def handler(asked: ToScan) -> Scanning:
    return scan(asked, inspector=aws.client("inspector2"))
