"""What Inspector's events tell is noted, once however often it is told."""

import json
from typing import Any

import pytest

from goldsmith.act.verify.record_scan import record_scan
from goldsmith.errors import NeedsAPerson
from goldsmith.ledger.scans import END
from goldsmith.model import Event
from goldsmith.values.scan import Reported, ScanEnd
from tests.act.conftest import NOW
from tests.embedded import ROOT


class Notes:
    """The ledger's place for scans."""

    def __init__(self) -> None:
        self.findings: dict[tuple[str, str], Reported] = {}
        self.ends: dict[str, ScanEnd] = {}

    def note_finding(self, scan_id: str, told: Reported, now: Any) -> None:
        assert now == NOW
        self.findings[scan_id, told.arn] = told

    def note_end(self, scan_id: str, end: ScanEnd, now: Any) -> None:
        assert now == NOW
        self.ends[scan_id] = end


def sample(name: str, **changed: Any) -> Event:
    event = json.loads((ROOT / f"events/aws/{name}.json").read_text())
    return Event.model_validate(event | {"detail": event["detail"] | changed})


def test_a_finding_in_each_package_that_it_names():
    notes, event = Notes(), sample("finding-reported")
    packages = [{"name": "openssl", "version": "3.0.8", "fixedInVersion": "3.0.9"}, {"name": "openssl-libs"}]
    about = event.detail["packageVulnerabilityDetails"] | {"vulnerablePackages": packages}

    record_scan(sample("finding-reported", packageVulnerabilityDetails=about), scans=notes, now=NOW)  # type: ignore[arg-type]

    ((_, told),) = notes.findings.items()
    assert [(e.cve, e.package, e.fixed_in, e.severity) for e in told.findings] == [
        ("CVE-2026-1111", "openssl", "3.0.9", "high"),
        ("CVE-2026-1111", "openssl-libs", "", "high"),
    ]


@pytest.mark.parametrize(("said", "fixable"), [("YES", True), ("PARTIAL", True), ("NO", False), (None, False)])
def test_whether_there_is_a_fix(said, fixable):
    notes = Notes()
    record_scan(sample("finding-reported", fixAvailable=said), scans=notes, now=NOW)  # type: ignore[arg-type]
    (told,) = notes.findings.values()
    assert [each.fixable for each in told.findings] == [fixable]


@pytest.mark.parametrize(("said", "exploit"), [("YES", True), ("NO", False), (None, None)])
def test_whether_there_is_an_exploit_nobody_may_have_said(said, exploit):
    notes = Notes()
    record_scan(sample("finding-reported", exploitAvailable=said), scans=notes, now=NOW)  # type: ignore[arg-type]
    (told,) = notes.findings.values()
    assert [each.exploit for each in told.findings] == [exploit]


def test_a_scan_id_that_only_the_arn_tells():
    notes = Notes()
    record_scan(sample("finding-reported", scanId=None), scans=notes, now=NOW)  # type: ignore[arg-type]
    assert [scan for scan, _ in notes.findings] == ["2b7e5a90c1d34f68a7f0b1c2d3e4f506"]


def test_told_twice_is_noted_once():
    notes = Notes()
    for _ in range(2):
        record_scan(sample("finding-reported"), scans=notes, now=NOW)  # type: ignore[arg-type]
    assert len(notes.findings) == 1


def test_the_end_of_a_scan():
    notes = Notes()
    noted = record_scan(sample("scan-ended"), scans=notes, now=NOW)  # type: ignore[arg-type]
    assert noted.what == END
    assert notes.ends == {"2b7e5a90c1d34f68a7f0b1c2d3e4f506": ScanEnd(status="SUCCESSFUL", total=1)}


def test_the_end_of_a_scan_that_failed_counts_nothing():
    notes = Notes()
    failed = {"scanStatus": "FAILED", "scanStatusReason": "UNSUPPORTED_OS", "findingSeverityCounts": None}
    record_scan(sample("scan-ended", **failed), scans=notes, now=NOW)  # type: ignore[arg-type]
    assert list(notes.ends.values()) == [ScanEnd(status="FAILED", why="UNSUPPORTED_OS")]


@pytest.mark.parametrize("changed", [{"severity": "GRAVE"}, {"packageVulnerabilityDetails": {}}, {"findingArn": "x"}])
def test_an_event_of_another_shape_needs_a_person(changed):
    event = sample("finding-reported", scanId=None, **changed)
    with pytest.raises(NeedsAPerson, match="has not the shape"):
        record_scan(event, scans=Notes(), now=NOW)  # type: ignore[arg-type]
