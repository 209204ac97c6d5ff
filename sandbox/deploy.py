"""Deploys the templates to the embedded AWS as they would be deployed to AWS: packaged, uploaded, by CloudFormation."""

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.packaging import ROOT, Package, location, package

HOME: Final = "us-east-1"
REGIONS: Final = ("us-east-1", "eu-west-1", "us-west-2")
STACK: Final = "goldsmith"
CONFIG: Final = Config(retries={"max_attempts": 0}, inject_host_prefix=False, s3={"addressing_style": "path"})
AGAIN: Final = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED")  # can only be deleted
TIMEOUT_S: Final = 120


class DeploymentError(RuntimeError):
    """A stack did not come up; the message holds the reasons of its events."""


def deploy(  # noqa: PLR0913 - the parts of a deployment
    endpoint: str,
    account: str,
    region: str = HOME,
    *,
    template: Path = ROOT / "template.yaml",
    stack: str = STACK,
    parameters: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Create the stack, or bring it up to date, and return its outputs."""
    s3, cloudformation = (_client(endpoint, account, region, service) for service in ("s3", "cloudformation"))
    bucket = f"goldsmith-artifacts-{account}-{region}"
    made = package(template, s3)
    _upload(made, bucket, s3)
    _start(cloudformation, stack, f"{endpoint}/{bucket}/{made.folder.name}.template", parameters or {})
    return _outcome(cloudformation, stack)


def prepare(endpoint: str, account: str) -> None:
    """Package the home template, so that `deploy` finds it done: what takes SAM takes seconds."""
    package(ROOT / "template.yaml", _client(endpoint, account, HOME, "s3"))


def deploy_everywhere(
    endpoint: str, account: str, regions: Sequence[str] = REGIONS, members: Sequence[str] = ()
) -> dict[str, str]:
    """The home stack, then in this account and each member what it grants, and one stack of region.yaml per region.

    The home stack's outputs.
    """
    named = {"Regions": ",".join(regions)} | ({"Members": ",".join(members)} if members else {})
    outputs = deploy(endpoint, account, parameters=named)
    for each in (account, *members):
        template, parameters = ROOT / "member-account.yaml", {"HomeAccount": account}
        deploy(endpoint, each, template=template, stack=f"{STACK}-member", parameters=parameters)
        for region in regions:
            deploy(
                endpoint, each, region,
                template=ROOT / "region.yaml", stack=f"{STACK}-region", parameters={"HomeBus": outputs["BusArn"]},
            )  # fmt: skip
    return outputs


def _client(endpoint: str, account: str, region: str, service: str) -> Any:
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "local"}
    return boto3.client(service, region_name=region, endpoint_url=endpoint, config=CONFIG, **keys)  # type: ignore[call-overload]


def _upload(made: Package, bucket: str, s3: Any) -> None:
    """The template and what it points to, under names that say what is in them: nothing is uploaded twice."""
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # us-east-1 alone answers with a success
        s3.create_bucket(Bucket=bucket, **location(s3))
    there = {item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
    for path in made.artifacts:
        if path.name not in there:
            s3.put_object(Bucket=bucket, Key=path.name, Body=made.content(path, bucket))
    s3.put_object(Bucket=bucket, Key=f"{made.folder.name}.template", Body=made.template(bucket).encode())


def _start(cloudformation: Any, stack: str, url: str, parameters: Mapping[str, str]) -> None:
    status = _status(cloudformation, stack)
    if status in AGAIN:
        cloudformation.delete_stack(StackName=stack)
        status = _settled(cloudformation, stack)
    request = {
        "StackName": stack,
        "TemplateURL": url,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    if status is None:
        cloudformation.create_stack(**request)
        return
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise


def _describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    try:
        return dict(cloudformation.describe_stacks(StackName=stack)["Stacks"][0])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _status(cloudformation: Any, stack: str) -> str | None:
    described = _describe(cloudformation, stack)
    return described["StackStatus"] if described else None


def _settled(cloudformation: Any, stack: str) -> str | None:
    """The status of the stack once nothing is under way."""
    deadline = time.monotonic() + TIMEOUT_S
    while (status := _status(cloudformation, stack)) and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentError(f"{stack} is still {status} after {TIMEOUT_S} s")
        time.sleep(0.05)
    return status


def _outcome(cloudformation: Any, stack: str) -> dict[str, str]:
    if _settled(cloudformation, stack) not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentError(f"{stack}: {'; '.join(_reasons(cloudformation, stack))}")
    described = _describe(cloudformation, stack) or {}
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def _reasons(cloudformation: Any, stack: str) -> Iterator[str]:
    """What failed, oldest first; of a nested stack its own resources."""
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    for event in reversed(events):
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "")
            yield f"{event['LogicalResourceId']}: {reason}"
            if nested := re.search(r"^Embedded stack (\S+) was not", reason):
                yield from _reasons(cloudformation, nested[1])
