import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.inspector_stage import new_image, scan, status


def error_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.contract("on_demand_scans")
def test_a_scan_ends_by_itself_and_is_listed_newest_first(account: Account):
    inspector, image_id = account.client("inspector2"), new_image(account)

    first = scan(account, image_id)
    second = scan(account, image_id)

    asked = {"resourceId": image_id, "resourceType": "AMI"}
    page = inspector.list_on_demand_scans(**asked, maxResults=1)
    rest = inspector.list_on_demand_scans(**asked, nextToken=page["nextToken"])
    assert [each["scanId"] for each in page["items"] + rest["items"]] == [second["scanId"], first["scanId"]]
    assert first["scanStatus"] == "SUCCESSFUL"
    assert first["completedAt"] >= first["startedAt"]
    assert "nextToken" not in rest
    shape = inspector.meta.service_model.operation_model("GetOnDemandScanStatus").output_shape
    assert first.keys() - {"ResponseMetadata"} == set(shape.members) - {"scanStatusReason"}


@pytest.mark.contract("on_demand_scans")
def test_a_held_scan_waits_for_its_release_and_excludes_a_second(embedded: Embedded, account: Account):
    inspector, image_id = account.client("inspector2"), new_image(account)
    embedded.tell("scans/hold", account=account.id, resource_id=image_id)
    token = {"resourceId": image_id, "resourceType": "AMI", "clientToken": "once"}
    scan_id = inspector.start_on_demand_scan(**token)["scanId"]

    assert inspector.start_on_demand_scan(**token)["scanId"] == scan_id
    assert error_of(inspector.start_on_demand_scan, resourceId=image_id, resourceType="AMI") == "ConflictException"
    assert status(account, image_id, scan_id)["scanStatus"] == "IN_PROGRESS"
    embedded.tell("scans/release", account=account.id, resource_id=image_id, outcome="FAILED", reason="UNSUPPORTED_OS")

    ended = status(account, image_id, scan_id)
    assert (ended["scanStatus"], ended["scanStatusReason"]) == ("FAILED", "UNSUPPORTED_OS")
    assert scan(account, image_id)["scanStatus"] == "SUCCESSFUL"
    with pytest.raises(ValueError, match="nothing is held"):
        embedded.tell("scans/release", account=account.id)


@pytest.mark.contract("on_demand_scans")
def test_what_cannot_be_scanned(embedded: Embedded, account: Account):
    start, image_id = account.client("inspector2").start_on_demand_scan, new_image(account)
    other = embedded.new_account()
    shared = {"LaunchPermission": {"Add": [{"UserId": other.id}]}}

    theirs = other.client("inspector2").start_on_demand_scan
    assert error_of(theirs, resourceId=image_id, resourceType="AMI") == "ValidationException"
    account.client("ec2").modify_image_attribute(ImageId=image_id, **shared)
    assert error_of(theirs, resourceId=image_id, resourceType="AMI") == "AccessDeniedException"
    assert error_of(start, resourceId="ami-0123456789abcdef0", resourceType="AMI") == "ValidationException"
    assert error_of(start, resourceId="i-0123456789abcdef0", resourceType="AMI") == "ValidationException"
    assert error_of(start, resourceId=image_id, resourceType="EC2") == "ValidationException"
    unknown = account.client("inspector2").get_on_demand_scan_status
    code = error_of(unknown, resourceId=image_id, scanId="0" * 32, resourceType="AMI")
    assert code == "ResourceNotFoundException"


def test_an_image_deregistered_under_its_scan_fails_it(embedded: Embedded, account: Account):
    image_id = new_image(account)
    embedded.tell("scans/hold", account=account.id)
    scan_id = account.client("inspector2").start_on_demand_scan(resourceId=image_id, resourceType="AMI")["scanId"]
    account.client("ec2").deregister_image(ImageId=image_id)

    embedded.tell("scans/release", account=account.id)

    assert status(account, image_id, scan_id)["scanStatusReason"] == "RESOURCE_TERMINATED"


@pytest.mark.contract("on_demand_scans")
@pytest.mark.parametrize("allowed", [True, False])
def test_a_role_needs_the_permission_to_scan(account: Account, allowed: bool):  # noqa: FBT001 - a parameter of the test
    image_id, iam = new_image(account), account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName="scanner", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    action = "inspector2:StartOnDemandScan" if allowed else "inspector2:GetOnDemandScanStatus"
    policy = _policy({"Effect": "Allow", "Action": action, "Resource": "*"})
    iam.put_role_policy(RoleName="scanner", PolicyName="scan", PolicyDocument=policy)
    session = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    inspector = account.client(
        "inspector2",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    ask = {"resourceId": image_id, "resourceType": "AMI"}

    if allowed:
        assert inspector.start_on_demand_scan(**ask)["scanId"]
    assert error_of(inspector.list_on_demand_scans, **ask) == "AccessDeniedException"
    if not allowed:
        assert error_of(inspector.start_on_demand_scan, **ask) == "AccessDeniedException"


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.contract("inspector_without_inventions")
def test_nothing_is_invented(account: Account):
    inspector = account.client("inspector2")

    for call in (inspector.list_findings, inspector.list_coverage, inspector.batch_get_account_status):
        with pytest.raises(ClientError, match="not modelled") as caught:
            call()
        assert caught.value.response["ResponseMetadata"]["RequestId"]


@pytest.mark.contract("search_vulnerabilities")
def test_a_vulnerability_is_what_the_world_told(embedded: Embedded, account: Account):
    search = account.client("inspector2").search_vulnerabilities
    told = {"id": "CVE-2026-1", "epss": {"score": 0.91}, "cisaData": {"dateAdded": "2026-11-01", "action": "patch"}}
    embedded.tell("scans/vulnerabilities", account=account.id, vulnerabilities=[told])

    [found] = search(filterCriteria={"vulnerabilityIds": ["CVE-2026-1"]})["vulnerabilities"]

    assert found["cisaData"]["dateAdded"].date().isoformat() == "2026-11-01"
    assert found["epss"] == {"score": 0.91}
    assert search(filterCriteria={"vulnerabilityIds": ["CVE-2026-2"]})["vulnerabilities"] == []
    with pytest.raises(ValueError, match="knows no kev"):
        embedded.tell("scans/vulnerabilities", account=account.id, vulnerabilities=[{"id": "CVE-2026-1", "kev": 1}])
