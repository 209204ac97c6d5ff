"""What a scan found, counted against what its end and EC2 say: what is missing is read back, or is no pass."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from goldsmith.errors import TryAgain
from goldsmith.gather.verify.findings import MOST, gather, told
from goldsmith.model import ImageRef
from goldsmith.values.scan import Findings, Reported, ScanEnd
from goldsmith.values.verify_facts import Finding, Scan

AMI, SCAN = "ami-0123456789abcdef0", "2b7e5a90c1d34f68a7f0b1c2d3e4f506"
IMAGE = ImageRef(image_id=AMI, account="111111111111", region="us-east-1")
BEGAN, AFTER, BEFORE = (datetime(2026, 11, 20, 12, minute, tzinfo=UTC) for minute in (10, 40, 5))
STATUS: dict[str, Any] = {
    "resourceId": AMI, "scanId": SCAN, "resourceType": "AMI", "scanStatus": "SUCCESSFUL", "startedAt": BEGAN,
}  # fmt: skip


def finding(number: int, **changed: Any) -> Finding:
    said = {"cve": f"CVE-2026-{number}", "package": "openssl", "severity": "high", "fixable": True}
    return Finding.model_validate(said | changed)


def reported(*numbers: int) -> list[Reported]:
    return [Reported(arn=f"arn:finding/{number}", findings=(finding(number),)) for number in numbers]


def of_ec2(*numbers: int) -> list[dict[str, Any]]:
    return [
        {"Title": f"CVE-2026-{number} - openssl", "SeverityLabel": "high", "FixAvailable": True} for number in numbers
    ]


class Told:
    """What the ledger holds of the scan."""

    def __init__(self, findings: list[Reported], total: int | None) -> None:
        self.findings = findings
        self.end = None if total is None else ScanEnd(status="SUCCESSFUL", total=total)

    def of(self, scan_id: str) -> tuple[list[Reported], ScanEnd | None]:
        assert scan_id == SCAN
        return self.findings, self.end


@pytest.fixture
def aws() -> Iterator[tuple[Stubber, Stubber]]:
    inspector, ec2 = boto3.client("inspector2", "us-east-1"), boto3.client("ec2", "us-east-1")
    with mock_aws(), Stubber(inspector) as one, Stubber(ec2) as other:
        yield one, other
        one.assert_no_pending_responses()
        other.assert_no_pending_responses()


def ask(aws: tuple[Stubber, Stubber], scans: Told, *, final: bool = True) -> tuple[Scan, list[Finding]]:
    inspector, ec2 = aws
    about = {"run": "verify-w-1", "family": "w", "version": "1", "architecture": "x86_64", "scan_id": SCAN}
    asked = Findings(**about, image=IMAGE, final=final)
    return gather(asked, scans=scans, inspector=inspector.client, ec2=ec2.client)  # type: ignore[arg-type]


def ec2_says(ec2: Stubber, *numbers: int, scanned: datetime | None = AFTER) -> None:
    results = {"ScanResults": {"FindingScanDate": scanned}} if scanned else {}
    ec2.add_response("describe_images", {"Images": [{"ImageId": AMI, **results}]})
    if scanned and scanned >= BEGAN:
        ec2.add_response("get_image_findings", {"ImageFindings": of_ec2(*numbers)})


def test_all_that_were_counted_are_there(aws):
    aws[0].add_response("get_on_demand_scan_status", STATUS)

    scan, findings = ask(aws, Told(reported(1, 2), 2), final=False)

    assert (scan.status, scan.total, scan.seen, scan.read_back, scan.why) == ("SUCCESSFUL", 2, 2, 0, "")
    assert [each.cve for each in findings] == ["CVE-2026-1", "CVE-2026-2"]


@pytest.mark.parametrize(("known", "total"), [((1,), 2), ((), 1), ((1,), None)])
def test_while_some_may_still_come_they_are_waited_for(aws, known, total):
    aws[0].add_response("get_on_demand_scan_status", STATUS)

    with pytest.raises(TryAgain, match=rf"{len(known)} of "):
        ask(aws, Told(reported(*known), total), final=False)


@pytest.mark.parametrize(
    ("told", "ec2", "comes_to"),  # told: which findings, and how many there are; comes to: seen, read back, of how many
    [
        (((1,), 2), (1, 2), (2, 1, 2)),  # one event was lost
        (((), 2), (1, 2), (2, 2, 2)),  # all were
        (((1,), None), (1, 2), (2, 1, 2)),  # and the end too
        (((), None), (), (0, 0, 0)),  # the end of a clean scan
        (((1,), 3), (1, 2), (2, 1, 3)),  # EC2 does not know the third either
    ],
)
def test_what_is_missing_is_read_back(aws, told, ec2, comes_to):
    aws[0].add_response("get_on_demand_scan_status", STATUS)
    ec2_says(aws[1], *ec2)

    known, total = told
    scan, findings = ask(aws, Told(reported(*known), total))

    assert (scan.seen, scan.read_back, scan.total) == comes_to
    assert len(findings) == scan.seen
    assert bool(scan.why) == (scan.seen < comes_to[-1])


@pytest.mark.parametrize("scanned", [BEFORE, None])
def test_what_ec2_knows_of_an_earlier_scan_or_of_none_counts_for_nothing(aws, scanned):
    aws[0].add_response("get_on_demand_scan_status", STATUS)
    ec2_says(aws[1], scanned=scanned)

    scan, _ = ask(aws, Told(reported(1), None))

    assert (scan.total, scan.seen, scan.why) == (None, 1, "1 findings are known, of nobody knows how many")


@pytest.mark.parametrize(
    ("reason", "remedy"), [("ACCESS_DENIED", "key policy"), ("UNSUPPORTED_OS", "LVM"), ("NEW_REASON", "console")]
)
def test_a_scan_that_failed_says_why_and_what_to_do(aws, reason, remedy):
    aws[0].add_response("get_on_demand_scan_status", STATUS | {"scanStatus": "FAILED", "scanStatusReason": reason})

    scan, findings = ask(aws, Told(reported(1), 1))

    assert (scan.status, findings) == ("FAILED", [])
    assert scan.why.startswith(reason)
    assert remedy in scan.why


def test_a_scan_that_inspector_has_forgotten(aws):
    aws[0].add_client_error("get_on_demand_scan_status", "ResourceNotFoundException")

    scan, _ = ask(aws, Told([], None))

    assert scan.status == ""
    assert f"knows no scan {SCAN}" in scan.why


def test_the_worst_travel_and_the_rest_are_counted():
    many = [finding(n, severity="low") for n in range(MOST)]
    few = [finding(9001, severity="critical"), finding(9002, epss=0.9), finding(9003), finding(9004, fixable=False)]

    scan = told(Scan(status="SUCCESSFUL"), [*many, *few])

    assert [each.cve for each in scan.fixable[:3]] == ["CVE-2026-9001", "CVE-2026-9002", "CVE-2026-9003"]
    assert (len(scan.fixable), scan.omitted) == (MOST, 3)
    assert scan.counts == {"low": MOST, "critical": 1, "high": 3}
