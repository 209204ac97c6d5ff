"""End a host that has gone through its tests; of one that failed, keep what its console said."""

from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.evidence import console_of
from goldsmith.values.verify_plan import TerminatedHost, TerminateHost


def terminate(asked: TerminateHost, *, ec2: Any, s3: Any, bucket: str) -> TerminatedHost:
    """Doing it twice is harmless.  The console is read first: what has ended soon has none any more."""
    if not asked.instance_id:
        return TerminatedHost()
    said = _console(asked.instance_id, ec2=ec2) if asked.failed else b""
    key = ""
    if said:
        key = console_of(asked)
        s3.put_object(Bucket=bucket, Key=key, Body=said, ContentType="text/plain")
    _end(asked.instance_id, ec2=ec2)
    return TerminatedHost(console=key)


def _console(instance_id: str, *, ec2: Any) -> bytes:
    try:
        return str(ec2.get_console_output(InstanceId=instance_id).get("Output", "")).encode()
    except ClientError as error:
        if code_of(error) == "InvalidInstanceID.NotFound":
            return b""
        raise


def _end(instance_id: str, *, ec2: Any) -> None:
    try:
        ec2.terminate_instances(InstanceIds=[instance_id])
    except ClientError as error:
        if code_of(error) != "InvalidInstanceID.NotFound":
            raise
