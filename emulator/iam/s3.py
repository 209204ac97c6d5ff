"""What S3 asks of IAM beside the right to the call itself."""

from collections.abc import Sequence
from urllib.parse import unquote

from ministack.services import s3

from emulator.iam.request import Call, Check, resources_of


@resources_of("s3")
def s3_resources(call: Call) -> Sequence[Check]:
    """Only who may list a bucket is told that an object is not there; anybody else is denied."""
    bucket, _, key = unquote(call.path.removeprefix("/")).partition("/")
    there = s3._buckets.get(bucket)
    if call.operation != "GetObject" or not key or there is None or key in there["objects"]:
        return []
    return [call.check(f"arn:aws:s3:::{bucket}/{key}"), Check("s3:ListBucket", f"arn:aws:s3:::{bucket}")]
