"""The two events of an on-demand AMI scan; nothing else tells its findings with CVE, package and fixed version."""

import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from emulator.events.service_events import emit
from emulator.inspector.findings import Found, Result
from emulator.inspector.script import SEVERITIES

if TYPE_CHECKING:
    from emulator.inspector.scan import Scan

VECTOR: Final = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def counts(result: Result) -> dict[str, int]:
    by_severity = Counter(each.severity for each in result.found)
    return {severity: by_severity[severity] for severity in SEVERITIES} | {"TOTAL": len(result.found)}


def tell_findings(scan: "Scan", result: Result) -> None:
    """One event per finding; their source is not `aws.inspector2` (AWS's documentation shows it so)."""
    for each in result.found:
        detail = _finding(scan, each)
        emit(
            scan.account, scan.region, "inspector2.ami.ondemand", "OnDemand AMI Scan Findings", detail, [scan.image_id]
        )


def tell_complete(scan: "Scan", result: Result | None) -> None:
    detail: dict[str, Any] = {
        "scanId": scan.id,
        "awsAccountId": scan.account,
        "resourceId": scan.image_id,
        "resourceType": "MACHINE_IMAGE",
        "scanStatus": scan.status,
        "startedAt": iso(scan.started),
        "completedAt": iso(scan.completed or scan.started),
        "version": "1.0",
    }
    if scan.reason:
        detail["scanStatusReason"] = scan.reason
    if result:
        detail["findingSeverityCounts"] = counts(result)
    name = "Inspector2 OnDemand Scan Complete"
    emit(scan.account, scan.region, "aws.inspector2", name, detail, [scan.image_id])


def _finding(scan: "Scan", each: Found) -> dict[str, Any]:
    arn = f"arn:aws:inspector2:{scan.region}:{scan.account}:finding/ondemand/{scan.id}/"
    fix = f"Update {each.said['package']} to {each.fixed_in} or later" if each.fixed_in else "None Provided"
    resource = {"type": "MACHINE_IMAGE", "id": scan.image_id, "partition": "aws", "region": scan.region}
    return {
        "findingArn": arn + uuid.uuid5(uuid.NAMESPACE_URL, f"{scan.id} {each.title} {each.said}").hex,
        "scanId": scan.id,
        "awsAccountId": scan.account,
        "type": "PACKAGE_VULNERABILITY",
        "title": each.title,
        "description": each.said.get("description", f"{each.said['cve']} affects {each.said['package']}."),
        "severity": each.severity,
        "status": "ACTIVE",
        "firstObservedAt": iso(each.first),
        "lastObservedAt": iso(each.at),
        "updatedAt": iso(each.at),
        "resources": [resource],
        **_score(each.score),
        "packageVulnerabilityDetails": _vulnerability(each),
        "remediation": {"recommendation": {"text": fix}},
        "fixAvailable": "YES" if each.fixed_in else "NO",
        "exploitAvailable": "YES" if each.said.get("exploit") else "NO",
    }


def _score(score: float | None) -> dict[str, Any]:
    if score is None:
        return {}
    source = {"scoreSource": "NVD", "cvssSource": "NVD", "version": "3.1"}
    adjusted = source | {"score": score, "scoringVector": VECTOR, "adjustments": []}
    return {"inspectorScore": score, "inspectorScoreDetails": {"adjustedCvss": adjusted}}


def _vulnerability(each: Found) -> dict[str, Any]:
    package = {
        "name": each.said["package"],
        "version": each.said["version"],
        "epoch": 0,
        "packageManager": each.said.get("manager", "OS"),
    }
    if "path" in each.said:
        package["filePath"] = each.said["path"]
    if each.fixed_in:
        package["fixedInVersion"] = each.fixed_in
    return {
        "vulnerabilityId": each.said["cve"],
        "vulnerablePackages": [package],
        "source": "NVD",
        "sourceUrl": f"https://nvd.nist.gov/vuln/detail/{each.said['cve']}",
        "vendorSeverity": each.severity.lower(),
    }
