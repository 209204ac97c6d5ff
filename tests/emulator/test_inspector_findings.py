from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.hosts_stage import listen
from tests.emulator.inspector_stage import CRITICAL, LOW, new_image, scan

FINDING: Final = "OnDemand AMI Scan Findings"
COMPLETE: Final = "Inspector2 OnDemand Scan Complete"


@pytest.mark.contract("image_findings")
def test_ec2_tells_what_the_scan_found(embedded: Embedded, account: Account):
    ec2, image_id = account.client("ec2"), new_image(account)
    embedded.tell("scans/findings", account=account.id, image_id=image_id, findings=[LOW, CRITICAL])
    assert ec2.get_image_findings(ImageId=image_id)["ImageFindings"] == []
    assert "ScanResults" not in ec2.describe_images(ImageIds=[image_id])["Images"][0]

    scan(account, image_id)

    pages = ec2.get_paginator("get_image_findings").paginate(ImageId=image_id, PaginationConfig={"PageSize": 1})
    low, critical = [finding for page in pages for finding in page["ImageFindings"]]
    assert (critical["Title"], critical["SeverityLabel"], critical["Score"]) == (
        "CVE-2026-7 - openssl",
        "critical",
        9.8,
    )
    assert (critical["FixAvailable"], low["FixAvailable"]) == (True, False)
    image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
    assert critical["SnapshotId"] == image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert image["ScanResults"]["HighestFindingSeverityLabel"] == "critical"
    told = {"HighestFindingSeverityLabel", "FindingScanDate", "CriticalFixAvailableSince"}
    assert image["ScanResults"].keys() == told
    shape = ec2.meta.service_model.operation_model("GetImageFindings").output_shape.members["ImageFindings"].member
    assert critical.keys() == set(shape.members)


@pytest.mark.contract("image_findings")
def test_zero_findings_are_told_only_of_a_scanned_image(embedded: Embedded, account: Account):
    ec2, image_id = account.client("ec2"), new_image(account)
    embedded.tell("scans/findings", account=account.id, name="golden-*", fails="UNSUPPORTED_OS")
    assert scan(account, image_id)["scanStatus"] == "FAILED"
    assert "ScanResults" not in ec2.describe_images(ImageIds=[image_id])["Images"][0]

    embedded.tell("scans/findings", account=account.id, name="golden-*", findings=[])
    scan(account, image_id)

    assert ec2.describe_images(ImageIds=[image_id])["Images"][0]["ScanResults"].keys() == {"FindingScanDate"}
    assert ec2.get_image_findings(ImageId=image_id)["ImageFindings"] == []
    with pytest.raises(ClientError, match="InvalidAMIID"):
        ec2.get_image_findings(ImageId="ami-0123456789abcdef0")
    with pytest.raises(ValueError, match="HUGE"):
        embedded.tell("scans/findings", account=account.id, name="*", findings=[LOW | {"severity": "HUGE"}])


@pytest.mark.contract("on_demand_scans")
def test_a_scan_tells_each_finding_and_its_end(embedded: Embedded, account: Account):
    image_id, hear = new_image(account), listen(account, FINDING, COMPLETE)
    embedded.tell("scans/findings", account=account.id, image_id=image_id, findings=[LOW, CRITICAL])

    ended = scan(account, image_id)

    eventually(lambda: len(hear()) >= 3)
    complete = next(each for each in hear() if each["detail-type"] == COMPLETE)
    critical = next(each for each in hear() if each["detail"].get("severity") == "CRITICAL")
    assert (complete["source"], complete["detail"]["scanId"]) == ("aws.inspector2", ended["scanId"])
    assert complete["detail"]["findingSeverityCounts"] == {
        "CRITICAL": 1, "HIGH": 0, "MEDIUM": 0, "LOW": 1, "INFORMATIONAL": 0, "UNTRIAGED": 0, "TOTAL": 2
    }  # fmt: skip
    assert (critical["source"], critical["resources"]) == ("inspector2.ami.ondemand", [image_id])
    assert critical["detail"]["packageVulnerabilityDetails"]["vulnerablePackages"][0]["fixedInVersion"] == "3.0.9"
    assert critical["detail"]["findingArn"].split("/")[1:3] == ["ondemand", ended["scanId"]]


SAMPLES: Final = {
    "clean": {"findings": []},
    "failed": {"fails": "UNSUPPORTED_OS"},
}


@pytest.mark.contract("on_demand_scans")
@pytest.mark.parametrize("said", SAMPLES.values(), ids=SAMPLES)
def test_the_end_of_a_scan_has_the_members_aws_documents(embedded: Embedded, account: Account, said: dict[str, Any]):
    image_id, hear = new_image(account), listen(account, COMPLETE)
    embedded.tell("scans/findings", account=account.id, image_id=image_id, **said)

    scan(account, image_id)

    [event] = eventually(hear)
    also = {"scanStatusReason"} if "fails" in said else {"findingSeverityCounts"}
    assert event["detail"].keys() == also | {
        "scanId", "awsAccountId", "resourceId", "resourceType", "scanStatus", "startedAt", "completedAt", "version"
    }  # fmt: skip
    assert event["detail"]["resourceType"] == "MACHINE_IMAGE"
