"""Send one step of the bundle to its host, once: SendCommand takes no token, so what was sent is looked up."""

from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.evidence import output_of_host
from goldsmith.recipe.bundle import Bundle
from goldsmith.values.build import HostStep, Sent

SHELL: Final = "AWS-RunShellScript"
LIMITED: Final = frozenset({SHELL, "AWS-RunPowerShellScript"})  # AWS's documents that take the limit as a parameter
DELIVERY_S: Final = 600  # how long the command may wait for the agent
LONGEST_COMMENT: Final = 100


def send(step: HostStep, bundle: Bundle, *, ssm: Any, bucket: str, folder: str) -> Sent:
    """The command that carries the step.  `folder` is the one place in `bucket` where the host may write."""
    chapter = (bundle.steps if step.of == "steps" else bundle.tests)[step.index]
    again = " again" if step.attempt > 1 else ""
    comment = f"{step.index} {step.name}{again} {step.run}"[:LONGEST_COMMENT]
    if sent := _sent(step.instance_id, comment, ssm=ssm):
        return sent
    document = chapter.document or SHELL
    given = chapter.parameters if chapter.document else {"commands": (chapter.script or "",)}
    limit = {"executionTimeout": (str(chapter.seconds),)} if document in LIMITED else {}
    parameters = {name: list(values) for name, values in {**limit, **given}.items()}
    try:
        command = ssm.send_command(
            InstanceIds=[step.instance_id],
            DocumentName=document,
            Parameters=parameters,
            TimeoutSeconds=DELIVERY_S,
            Comment=comment,
            OutputS3BucketName=bucket,
            OutputS3KeyPrefix=output_of_host(folder, step.instance_id, step.run),
        )["Command"]
    except ClientError as error:
        raise _meant(error, step, document) from error
    return Sent(command_id=command["CommandId"])


def _sent(instance_id: str, comment: str, *, ssm: Any) -> Sent | None:
    pages = ssm.get_paginator("list_commands").paginate(InstanceId=instance_id)
    ids = [each["CommandId"] for page in pages for each in page["Commands"] if each.get("Comment") == comment]
    return Sent(command_id=ids[-1]) if ids else None


def _meant(error: ClientError, step: HostStep, document: str) -> Exception:
    code = code_of(error)
    if code == "InvalidInstanceId":
        return TryAgain(f"Systems Manager has lost sight of {step.instance_id}: {error}")
    if code in {"InvalidDocument", "InvalidDocumentVersion", "InvalidParameters", "UnsupportedPlatformType"}:
        return NeedsAPerson(f"component {step.name}, document {document}: {error}")
    return error
