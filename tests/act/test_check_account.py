"""CloudFormation is answered whatever was seen, at the address that it gave."""

import json
import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from goldsmith.act.check_account import LONGEST, Checked, check_account

REGIONS = ["us-east-1", "eu-west-1"]
MEND = "aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing --region"


class CloudFormation:
    """Takes answers in; `status` is what it says to whoever answers."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.types: list[str | None] = []
        self.status = 200
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told.answers.append(json.loads(body))
                told.types.append(self.headers["Content-Type"])
                self.send_response(told.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def asks(self, request: str, states: dict[str, str | Exception], regions: list[str] = REGIONS) -> Checked:
        asked = {
            "RequestType": request,
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/answer?signature=x",
            "StackId": "arn:stack",
            "RequestId": "r-1",
            "LogicalResourceId": "AccountBlocksPublicImages",
            "ResourceProperties": {"ServiceToken": "arn:function", "Regions": regions},
        }
        return check_account(asked, client=lambda _, region: ec2(states[region]), log="/aws/vendedlogs/goldsmith")


def ec2(state: str | Exception) -> Any:
    client = boto3.client("ec2")
    if isinstance(state, Exception):
        raise state
    stub = Stubber(client)
    if state == "denied":
        stub.add_client_error("get_image_block_public_access_state", "UnauthorizedOperation", "not authorized")
    else:
        stub.add_response("get_image_block_public_access_state", {"ImageBlockPublicAccessState": state})
    stub.activate()
    return client


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    made = CloudFormation()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


BLOCKED = dict.fromkeys(REGIONS, "block-new-sharing")


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_an_account_that_blocks_public_images_everywhere_is_fine(cloudformation, request_type):
    cloudformation.asks(request_type, BLOCKED)

    assert cloudformation.answers == [
        {
            "Status": "SUCCESS",
            "Reason": "See /aws/vendedlogs/goldsmith",
            "PhysicalResourceId": "account-blocks-public-images",
            "StackId": "arn:stack",
            "RequestId": "r-1",
            "LogicalResourceId": "AccountBlocksPublicImages",
        }
    ]
    assert cloudformation.types == [""]


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_one_that_does_not_is_refused_with_what_mends_it(cloudformation, request_type):
    checked = cloudformation.asks(request_type, BLOCKED | {"eu-west-1": "unblocked"})

    (answer,) = cloudformation.answers
    assert (answer["Status"], answer["Reason"]) == ("FAILED", checked.reason)
    assert "can be made public in eu-west-1;" in checked.reason
    assert checked.reason.endswith(f"Run: {MEND} eu-west-1")


def test_every_region_is_told(cloudformation):
    checked = cloudformation.asks("Create", dict.fromkeys(REGIONS, "unblocked"))

    assert checked.reason.endswith(f"Run: {MEND} us-east-1 && {MEND} eu-west-1")


UNTOLD = {
    "denied": "denied",
    "out of reach": EndpointConnectionError(endpoint_url="https://ec2.eu-west-1.amazonaws.com"),
}


@pytest.mark.parametrize("state", UNTOLD.values(), ids=UNTOLD)
def test_a_region_that_does_not_tell_is_refused(cloudformation, state):
    checked = cloudformation.asks("Create", BLOCKED | {"eu-west-1": state})

    assert cloudformation.answers[0]["Status"] == "FAILED"
    assert "eu-west-1 does not tell whether public AMIs are blocked" in checked.reason


def test_deleting_always_succeeds(cloudformation):
    cloudformation.asks("Delete", {})

    assert cloudformation.answers[0]["Status"] == "SUCCESS"


def test_the_answer_is_never_too_long_for_cloudformation(cloudformation):
    regions = [f"xx-region-{number}" for number in range(60)]

    checked = cloudformation.asks("Create", dict.fromkeys(regions, "unblocked"), regions)

    assert len(checked.reason) == LONGEST
    assert len(json.dumps(cloudformation.answers[0])) < 4096


def test_an_answer_that_is_not_taken_is_not_passed_over(cloudformation):
    cloudformation.status = 503

    with pytest.raises(urllib.error.HTTPError):
        cloudformation.asks("Create", BLOCKED)
