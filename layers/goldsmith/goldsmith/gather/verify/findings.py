"""What did a scan find?  Told by events, counted against what the end of the scan and EC2 say: silence is no pass."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import TryAgain, code_of
from goldsmith.gather.image import describe
from goldsmith.ledger.scans import Scans
from goldsmith.values.scan import Findings, Reported
from goldsmith.values.verify_facts import Finding, Scan

MOST: Final = 150  # that travel from step to step, in events and decisions; the evidence has all
RANK: Final = ("critical", "high", "untriaged", "medium", "low", "informational")
TITLE: Final = re.compile(r"(?P<cve>\S+) - (?P<packages>.+)")
REMEDIES: Final = {
    "ACCESS_DENIED": "the key policy must admit Inspector's service-linked role: compare it with region.yaml",
    "UNSUPPORTED_OS": "Inspector knows this operating system, or its LVM volumes, not at all",
    "RESOURCE_TERMINATED": "the AMI is gone",
}


@dataclass(frozen=True)
class FindingsRead:
    """Each finding by its own: those that events told, then those that only EC2 tells."""

    reported: tuple[Reported, ...]
    read_back: tuple[Reported, ...]
    total: int | None

    @property
    def count(self) -> int:
        return len(self.reported) + len(self.read_back)

    @property
    def complete(self) -> bool:
        return self.total is not None and self.count >= self.total

    @property
    def findings(self) -> list[Finding]:
        found = [each for told in (*self.reported, *self.read_back) for each in told.findings]
        return list({each.key: each for each in found}.values())


def gather(asked: Findings, *, scans: Scans, inspector: Any, ec2: Any) -> tuple[Scan, list[Finding]]:
    """The scan, and all that it found.  TryAgain while findings may still come, unless it is the final time."""
    status, why, started = _status(asked, inspector=inspector)
    reported, end = scans.of(asked.scan_id)
    if status != "SUCCESSFUL":
        said = f"{why}: {REMEDIES.get(why, 'see Inspector in the console')}" if why else f"status {status or 'unknown'}"
        return Scan(scan_id=asked.scan_id, status=status, why=said), []
    seen = FindingsRead(tuple(reported), (), end.total if end else None)
    if not seen.complete and not asked.final:
        raise TryAgain(f"{seen.count} of {seen.total if end else 'an unknown number of'} findings have been reported")
    if not seen.complete:
        seen = _healed(seen, asked, started, ec2=ec2)
    why = "" if seen.complete else f"{seen.count} findings are known, of {seen.total or 'nobody knows how many'}"
    return Scan(
        scan_id=asked.scan_id, status=status, why=why, total=seen.total, seen=seen.count, read_back=len(seen.read_back)
    ), seen.findings


def told(scan: Scan, findings: list[Finding]) -> Scan:
    """The scan with its findings as they travel: counted, and those with a fix, the worst first."""
    fixable = sorted((each for each in findings if each.fixable), key=_worst_first)
    counts = dict(Counter(each.severity for each in findings))
    return scan.model_copy(
        update={"counts": counts, "fixable": tuple(fixable[:MOST]), "omitted": max(0, len(fixable) - MOST)}
    )


def _worst_first(finding: Finding) -> tuple[int, float, str, str]:
    return RANK.index(finding.severity), -(finding.epss or 0), finding.cve, finding.package


def _status(asked: Findings, *, inspector: Any) -> tuple[str, str, datetime | None]:
    try:
        found = inspector.get_on_demand_scan_status(
            resourceId=asked.image.image_id, scanId=asked.scan_id, resourceType="AMI"
        )
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return "", f"Inspector knows no scan {asked.scan_id}", None
        raise
    return found["scanStatus"], found.get("scanStatusReason") or "", found.get("startedAt")


def _healed(seen: FindingsRead, asked: Findings, started: datetime | None, *, ec2: Any) -> FindingsRead:
    """With what EC2 tells of the AMI, if that is of this very scan: titles name the CVE and the packages."""
    image = describe(asked.image, ec2=ec2) or {}
    scanned = image.get("ScanResults", {}).get("FindingScanDate")
    if started is None or scanned is None or _moment(scanned) < started.replace(microsecond=0):  # EC2 tells seconds
        return seen
    pages = ec2.get_paginator("get_image_findings").paginate(ImageId=asked.image.image_id)
    all_of_it = [each for page in pages for each in page["ImageFindings"]]
    known = {each.key for each in seen.findings}
    read_back = tuple(Reported(arn=each["Title"], findings=found) for each, found in _titled(all_of_it, known))
    total = seen.total if seen.total is not None else max(len(all_of_it), len(seen.reported))
    return FindingsRead(seen.reported, read_back, total)


def _titled(
    told_by_ec2: list[dict[str, Any]], known: set[tuple[str, str]]
) -> Iterator[tuple[Any, tuple[Finding, ...]]]:
    for each in told_by_ec2:
        title = TITLE.match(each.get("Title", ""))
        if title is None or "SeverityLabel" not in each:
            continue
        found = tuple(
            Finding(
                cve=title["cve"], package=name.strip(), severity=each["SeverityLabel"], fixable=each["FixAvailable"]
            )
            for name in title["packages"].split(",")
        )
        if not {finding.key for finding in found} & known:
            yield each, found


def _moment(told_at: datetime | str) -> datetime:
    return datetime.fromisoformat(told_at) if isinstance(told_at, str) else told_at
