"""Nothing passes unauthorised because nobody knows its name."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.embedded import Account
from tests.permissions import allow, denial, role

EVERYTHING = allow("*")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/x-amz-json-1.1"}

Request = tuple[str, str, str, dict[str, str], str]
ASK: dict[str, Request] = {
    "query": ("ec2", "POST", "/", FORM, "Action=MakeCoffee&Version=2016-11-15"),
    "json": ("ssm", "POST", "/", JSON | {"X-Amz-Target": "AmazonSSM.MakeCoffee"}, "{}"),
    "rest": ("lambda", "POST", "/2015-03-31/functions/f/coffee", {}, "{}"),
    "cbor": ("monitoring", "POST", "/service/GraniteServiceVersion20100801/operation/MakeCoffee", {}, ""),
    "a service that is not here": ("glacier", "GET", "/-/vaults", {}, ""),
}


def send(account: Account, keys: dict[str, str], *request: Any) -> tuple[int, str]:
    """A signed request that no client would make; status and body."""
    service, method, path, headers, body = request
    asked = AWSRequest(method, f"{account.endpoint}{path}", headers=headers, data=str(body).encode())
    credentials = Credentials(
        keys.get("aws_access_key_id", account.id),
        keys.get("aws_secret_access_key", "local"),
        keys.get("aws_session_token"),
    )
    SigV4Auth(credentials, service, "us-east-1").add_auth(asked)
    wire = urllib.request.Request(str(asked.url), str(body).encode(), dict(asked.headers), method=str(method))  # noqa: S310
    try:
        with urllib.request.urlopen(wire, timeout=30) as answer:  # noqa: S310 - loopback only
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.contract("iam_unknown_actions")
@pytest.mark.parametrize("request_", ASK.values(), ids=ASK)
def test_a_role_is_denied_an_action_that_does_not_exist(account: Account, request_: Request):
    mighty = role(account, EVERYTHING)

    status, body = send(account, mighty.keys, *request_)

    assert status in {400, 403}
    assert "AccessDenied" in body or "UnauthorizedOperation" in body
    assert "MakeCoffee" in body or "an action that AWS does not have" in body


@pytest.mark.contract("moto_services")
def test_root_meets_the_error_of_the_service(account: Account):
    status, body = send(account, {}, *ASK["query"])

    assert status == 400
    assert "<Code>InvalidAction</Code>" in body


@pytest.mark.contract("iam_unknown_actions")
def test_a_json_service_is_authorised_for_its_target_not_for_an_action_in_the_query(account: Account):
    reader = role(account, allow("ssm:DescribeParameters"))
    headers = JSON | {"X-Amz-Target": "AmazonSSM.PutParameter"}
    body = '{"Name": "x", "Value": "y", "Type": "String"}'

    _, answer = send(account, reader.keys, "ssm", "POST", "/?Action=DescribeParameters", headers, body)

    assert "ssm:PutParameter" in answer


@pytest.mark.contract("iam_unknown_actions")
def test_tracing_needs_its_right(account: Account):
    traced, silent = role(account, allow("xray:PutTraceSegments")), role(account, allow("xray:GetGroups"))

    assert denial(lambda: traced.client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])) == ""
    assert "xray:PutTraceSegments" in denial(
        lambda: silent.client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])
    )


@pytest.mark.contract("iam_unknown_actions")
def test_an_operation_that_another_action_grants(account: Account):
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sender = role(account, allow("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{account.id}:jobs"))
    entries = [{"Id": "1", "MessageBody": "x"}]

    assert denial(lambda: sender.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)) == ""
    assert "sqs:DeleteMessage" in denial(
        lambda: sender.client("sqs").delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": "x"}])
    )


@pytest.mark.contract("iam_unknown_actions")
def test_metrics_name_their_action_in_the_path(account: Account):
    metric = {"Namespace": "Goldsmith", "MetricData": [{"MetricName": "Images", "Value": 1.0}]}
    writer, reader = role(account, allow("cloudwatch:PutMetricData")), role(account, allow("cloudwatch:ListMetrics"))

    assert denial(lambda: writer.client("cloudwatch").put_metric_data(**metric)) == ""
    assert "cloudwatch:PutMetricData" in denial(lambda: reader.client("cloudwatch").put_metric_data(**metric))
