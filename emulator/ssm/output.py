"""What a step prints goes to S3 by the instance's own role, if IAM lets it; AWS's agent never fails over that."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from emulator.hosts.profiles import session
from emulator.iam.sessions import client

if TYPE_CHECKING:
    from emulator.ssm.commands import Invocation, Plugin


def keep(invocation: "Invocation", plugin: "Plugin") -> None:
    """Write stdout and stderr, where there is any, under the keys that AWS's agent uses."""
    asked = invocation.command.asked
    bucket, region = asked.get("OutputS3BucketName"), invocation.command.region
    if not bucket:
        return
    folder = f"{invocation.command.id}/{invocation.instance.id}/{plugin.step.folder}"
    prefix = "/".join(part for part in (asked.get("OutputS3KeyPrefix", "").strip("/"), folder) if part)
    for name, text in (("stdout", plugin.stdout), ("stderr", plugin.stderr)):
        plugin.urls[name] = f"https://s3.{region}.amazonaws.com/{bucket}/{prefix}/{name}"
        if text:
            invocation.trace += _put(invocation, bucket, f"{prefix}/{name}", text)


def _put(invocation: "Invocation", bucket: str, key: str, text: str) -> str:
    """Empty, or why it could not be written."""
    keys = session(invocation.instance)
    if keys is None:
        return f"{key}: the instance has no role\n"
    s3 = client("s3", invocation.command.region, keys)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    except (ClientError, BotoCoreError) as error:
        return f"{key}: {error}\n"
    return ""
