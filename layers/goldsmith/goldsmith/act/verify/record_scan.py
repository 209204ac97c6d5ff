"""Note what Inspector's events tell of a scan: nothing else names the packages and their fixes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goldsmith.errors import NeedsAPerson
from goldsmith.ledger.scans import END, Scans
from goldsmith.model import Event
from goldsmith.values.scan import Noted, Reported, ScanEnd
from goldsmith.values.verify_facts import Finding

HAS_FIX = frozenset({"YES", "PARTIAL"})


def record_scan(event: Event, *, scans: Scans, now: datetime) -> Noted:
    """NeedsAPerson if the event is not of the shape that AWS documents."""
    try:
        if event.detail_type == "Inspector2 OnDemand Scan Complete":
            return _end(event.detail, scans, now)
        return _finding(event.detail, scans, now)
    except (KeyError, IndexError, ValueError) as error:
        raise NeedsAPerson(f"{event.detail_type} {event.id} has not the shape that AWS documents: {error!r}") from error


def _end(detail: dict[str, Any], scans: Scans, now: datetime) -> Noted:
    total = (detail.get("findingSeverityCounts") or {}).get("TOTAL")
    end = ScanEnd(status=detail["scanStatus"], why=detail.get("scanStatusReason") or "", total=total)
    scans.note_end(detail["scanId"], end, now)
    return Noted(scan_id=detail["scanId"], what=END)


def _finding(detail: dict[str, Any], scans: Scans, now: datetime) -> Noted:
    scan_id = detail.get("scanId") or detail["findingArn"].split("/")[-2]
    told = Reported(arn=detail["findingArn"], findings=tuple(_findings(detail)))
    scans.note_finding(scan_id, told, now)
    return Noted(scan_id=scan_id, what=told.arn)


def _findings(detail: dict[str, Any]) -> Iterator[Finding]:
    about = detail["packageVulnerabilityDetails"]
    exploit = {"YES": True, "NO": False}.get(detail.get("exploitAvailable", ""))
    for package in about["vulnerablePackages"]:
        yield Finding(
            cve=about["vulnerabilityId"],
            package=package["name"],
            severity=detail["severity"].lower(),
            fixable=detail.get("fixAvailable") in HAS_FIX,
            version=package.get("version", ""),
            fixed_in=package.get("fixedInVersion", ""),
            exploit=exploit,
        )
