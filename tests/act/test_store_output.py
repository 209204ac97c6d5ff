"""What a component printed becomes evidence, and the next step or a failure that a person can read."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from goldsmith.act.host.store_output import OutputStore
from goldsmith.errors import NeedsAPerson, TryAgain
from goldsmith.values.build import Chapter, Ran

STEPS = (Chapter(name="update", seconds=1800), Chapter(name="cleanup", seconds=600))
RAN = Ran(
    run="build-webapp-1", family="webapp", version="2026.05.01", architecture="arm64", steps=STEPS, index=0,
    instance_id="i-1", command_id="c" * 36,
)  # fmt: skip
KEY = "builds/webapp/2026.05.01/build-webapp-1/arm64/00-update"
WRITTEN = f"hosts/AROA:i-1/build-webapp-1/{'c' * 36}/i-1/awsrunShellScript/0.awsrunShellScript"


@pytest.fixture
def outputs() -> OutputStore:
    s3 = boto3.client("s3")
    for bucket in ("host-logs", "evidence"):
        s3.create_bucket(Bucket=bucket)
    return OutputStore(
        ssm=boto3.client("ssm"), s3=s3, logs="host-logs", folder="hosts/AROA", evidence="evidence", region="us-east-1"
    )


def kept(outputs: OutputStore, ran: Ran = RAN, **answer: Any) -> Any:
    """What the outputs makes of an invocation that Systems Manager describes so."""
    told = {
        "Status": "Success", "StatusDetails": "Success", "ResponseCode": 0, "StandardOutputContent": "",
        "StandardErrorContent": "",
    }  # fmt: skip
    with Stubber(outputs.ssm) as stub:
        stub.add_response("get_command_invocation", told | answer, {"CommandId": "c" * 36, "InstanceId": "i-1"})
        return outputs.store(ran)


def evidence(outputs: OutputStore) -> dict[str, str]:
    found = outputs.s3.list_objects_v2(Bucket="evidence").get("Contents", [])
    return {o["Key"]: outputs.s3.get_object(Bucket="evidence", Key=o["Key"])["Body"].read().decode() for o in found}


def write(outputs: OutputStore, stream: str, text: str) -> None:
    outputs.s3.put_object(Bucket="host-logs", Key=f"{WRITTEN}/{stream}", Body=text.encode())


def test_the_whole_output_is_kept_not_the_head(outputs):
    write(outputs, "stdout", "all of it")

    progress = kept(outputs, StandardOutputContent="all")

    assert evidence(outputs) == {f"{KEY}/stdout": "all of it"}
    assert (progress.next, progress.step, progress.failure) == ("component", 1, None)


def test_the_last_step_is_followed_by_the_stop(outputs):
    assert kept(outputs, RAN.model_copy(update={"index": 1})).next == "stop"


def test_where_the_host_could_not_write_the_head_is_kept(outputs):
    kept(outputs, StandardOutputContent="the head", StandardErrorContent="of both")

    assert evidence(outputs) == {f"{KEY}/stdout": "the head", f"{KEY}/stderr": "of both"}


def test_a_silent_component_leaves_no_evidence(outputs):
    progress = kept(outputs)

    assert (evidence(outputs), progress.output.stdout) == ({}, "")


def test_a_failure_says_what_where_and_its_last_lines(outputs):
    write(outputs, "stderr", "\n".join(f"line {n}" for n in range(30)))

    progress = kept(outputs, Status="Failed", StatusDetails="Failed", ResponseCode=3)

    failure = progress.failure
    assert progress.next == "failed"
    assert failure.cause == "component update on arm64 did not succeed: exit status 3"
    assert failure.last_lines == tuple(f"line {n}" for n in range(18, 30))
    assert failure.link == (
        "https://us-east-1.console.aws.amazon.com/s3/object/evidence?region=us-east-1&prefix="
        + f"{KEY}/stderr".replace("/", "%2F")
    )


@pytest.mark.parametrize(
    ("details", "cause"),
    [
        ("Execution Timed Out", "execution timed out, its limit is 30 minutes"),
        ("Delivery Timed Out", "delivery timed out, its limit is 30 minutes"),
        ("ExecutionTimedOut", "execution timed out, its limit is 30 minutes"),
        ("Undeliverable", "undeliverable"),
        ("Cancelled", "cancelled"),
    ],
)
def test_every_other_end_is_told_in_words(outputs, details, cause):
    failure = kept(outputs, Status="TimedOut", StatusDetails=details, ResponseCode=-1).failure

    assert failure.cause == f"component update on arm64 did not succeed: {cause}"
    assert failure.error == details.replace(" ", "")


def test_an_end_that_is_not_known_yet_is_asked_for_again(outputs):
    with Stubber(outputs.ssm) as stub:
        stub.add_client_error("get_command_invocation", "InvocationDoesNotExist")
        with pytest.raises(TryAgain, match="does not know yet"):
            outputs.store(RAN)


def test_a_document_of_several_steps_is_for_a_person(outputs):
    with Stubber(outputs.ssm) as stub:
        stub.add_client_error("get_command_invocation", "InvalidPluginName")
        with pytest.raises(NeedsAPerson, match="component update: its document has several steps"):
            outputs.store(RAN)


def test_a_log_that_may_not_be_read_is_no_missing_log(outputs):
    with Stubber(outputs.s3) as stub:
        stub.add_client_error("list_objects_v2", "AccessDenied")
        with pytest.raises(outputs.s3.exceptions.ClientError, match="AccessDenied"):
            kept(outputs, StandardOutputContent="the head")
