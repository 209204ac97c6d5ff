"""A scan is begun once for a run, and never beside one that is under way."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from goldsmith.act.verify.scan import scan
from goldsmith.errors import NeedsAPerson, TryAgain
from goldsmith.model import ImageRef
from goldsmith.values.scan import ToScan

AMI, SCAN = "ami-0123456789abcdef0", "2b7e5a90c1d34f68a7f0b1c2d3e4f506"
ASKED = ToScan(run="verify-w-1-1", image=ImageRef(image_id=AMI, account="111111111111", region="us-east-1"))
START = {
    "resourceId": AMI, "resourceType": "AMI", "clientToken": hashlib.sha256(f"verify-w-1-1 {AMI}".encode()).hexdigest(),
}  # fmt: skip


@pytest.fixture
def inspector() -> Iterator[Stubber]:
    with mock_aws(), Stubber(boto3.client("inspector2", "us-east-1")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def listed(*states: str) -> dict[str, object]:
    known = {"resourceId": AMI, "resourceType": "AMI", "startedAt": datetime(2026, 11, 20, tzinfo=UTC)}
    return {"items": [known | {"scanId": f"{number:032}", "scanStatus": each} for number, each in enumerate(states)]}


def test_asked_with_a_token_that_follows_from_run_and_image(inspector):
    inspector.add_response("start_on_demand_scan", {"scanId": SCAN}, START)
    assert scan(ASKED, inspector=inspector.client).scan_id == SCAN


def test_one_that_is_under_way_is_taken_over(inspector):
    inspector.add_client_error("start_on_demand_scan", "ConflictException")
    inspector.add_response("list_on_demand_scans", listed("FAILED", "IN_PROGRESS"))
    assert scan(ASKED, inspector=inspector.client).scan_id == f"{1:032}"


def test_one_that_has_just_ended_is_asked_for_again(inspector):
    inspector.add_client_error("start_on_demand_scan", "ConflictException")
    inspector.add_response("list_on_demand_scans", listed("SUCCESSFUL"))
    with pytest.raises(TryAgain, match="just ended"):
        scan(ASKED, inspector=inspector.client)


def test_what_cannot_be_scanned_needs_a_person(inspector):
    inspector.add_client_error("start_on_demand_scan", "ValidationException", "The image is not backed by EBS")
    with pytest.raises(NeedsAPerson, match="not backed by EBS"):
        scan(ASKED, inspector=inspector.client)
