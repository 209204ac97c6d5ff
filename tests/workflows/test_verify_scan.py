"""What Inspector finds, fails to find and forgets to tell, and what becomes of the version."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.workflows.answers import PACKAGES
from tests.workflows.verifying import Version

OPENSSL = {
    "cve": "CVE-2026-1111",
    "severity": "CRITICAL",
    "package": "openssl",
    "version": "3.2.2",
    "fixed_in": "3.2.3",
}
MEDIUM = OPENSSL | {"cve": "CVE-2026-2222", "severity": "MEDIUM", "package": "nginx"}
LOW = OPENSSL | {"cve": "CVE-2026-3333", "severity": "LOW"}
KEV, EPSS, UNKNOWN = "CVE-2026-4444", "CVE-2026-5555", "CVE-2026-6666"  # what was asked once is not asked again today
FINDING, ENDED = "OnDemand AMI Scan Findings", "Inspector2 OnDemand Scan Complete"


def known(version: Version, cve: str, *, kev: bool = False, epss: float = 0.001) -> Version:
    """What Inspector's database says of a CVE."""
    told: dict[str, Any] = {"id": cve, "epss": {"score": epss}}
    if kev:
        told["cisaData"] = {"dateAdded": "2026-11-01T00:00:00Z", "action": "Apply updates."}
    version.at.tell("scans/vulnerabilities", vulnerabilities=[told])
    return version


def waiver(finding: dict[str, Any], expires: str) -> str:
    said = f"cve: {finding['cve']}, package: {finding['package']}, reason: unreachable, owner: web, expires: {expires}"
    return f"gate: {{waivers: [{{{said}}}]}}\n"


def day(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def scan_of(detail: dict[str, Any]) -> dict[str, Any]:
    (part,) = detail["decision"]["facts"]["parts"]
    scan: dict[str, Any] = part["scan"]
    return scan


def test_a_critical_finding_with_a_fix(version: Version):
    detail = known(version, "CVE-2026-1111").has(OPENSSL).verify().rejected("fixable_finding")

    (objection,) = detail["objections"]
    assert "CVE-2026-1111 in openssl (critical)" in objection
    assert detail["keptUntil"] == day(14)
    (kept,) = detail["kept"]
    (stored,) = version.evidence(kept["findings"]).values()
    assert '"cve":"CVE-2026-1111"' in stored


def test_the_same_waived(version: Version):
    known(version, "CVE-2026-1111").recipe(waiver(OPENSSL, day(30))).has(OPENSSL)

    (card,) = version.verify().verified()["cards"]

    assert card["waived"] == ["CVE-2026-1111 in openssl (critical)"]


def test_its_waiver_has_expired(version: Version):
    known(version, "CVE-2026-1111").recipe(waiver(OPENSSL, day(-1))).has(OPENSSL)
    version.verify().rejected("fixable_finding", "waiver_expired")


def test_a_rejected_version_is_verified_again_without_a_rebuild(version: Version):
    known(version, "CVE-2026-1111").has(OPENSSL).verify().rejected("fixable_finding")
    (image,) = version.of_version()

    version.recipe(waiver(OPENSSL, day(30))).verify().verified()

    assert [each["ImageId"] for each in version.of_version()] == [image["ImageId"]]


def test_one_known_to_be_exploited_objects_at_any_severity(version: Version):
    known(version, KEV, kev=True).has(MEDIUM | {"cve": KEV}).verify().rejected("known_exploited")


def test_so_does_one_that_is_likely_to_be(version: Version):
    known(version, EPSS, epss=0.7).has(MEDIUM | {"cve": EPSS}).verify().rejected("likely_exploited")


def test_of_a_severe_one_nobody_can_say(version: Version):
    version.has(OPENSSL | {"cve": UNKNOWN}).verify().rejected("fixable_finding", "threat_unknown")


def test_no_worse_than_the_released_one_by_a_single_finding(version: Version):
    newer = (PACKAGES[0], "openssl 1:3.2.2-1.amzn2023.0.5 x86_64")
    known(version, "CVE-2026-3333").released(MEDIUM).installs(*newer).has(MEDIUM, LOW)

    detail = version.verify().rejected("worse_than_released")

    (card,) = detail["cards"]
    assert (card["new"], card["fixed"], card["against"]) == (["CVE-2026-3333 in openssl (low)"], [], "2026.11.01")
    assert [each["name"] for each in card["packages"]] == ["openssl"]


def test_what_is_found_in_an_unchanged_package_is_not_held_against_it(version: Version):
    (card,) = version.released(MEDIUM).has(LOW).verify().verified()["cards"]

    assert (card["new"], card["fixed"]) == ([], ["CVE-2026-2222 in nginx (medium)"])


@pytest.mark.parametrize("reason", ["INTERNAL_ERROR", "UNSUPPORTED_OS"])
def test_a_scan_that_fails_is_no_pass(version: Version, reason):
    detail = version.has(fails=reason).verify().rejected("not_scanned")
    assert reason in detail["objections"][0]


def test_an_ami_that_cannot_be_scanned(version: Version):
    version.at.tell("weather", service="inspector2", operation="StartOnDemandScan", effect="deny")
    detail = version.verify().rejected("not_scanned")
    assert "a permission is missing" in detail["objections"][0]


def test_a_scan_that_somebody_left_under_way_is_taken_over(version: Version):
    (image,) = version.has(MEDIUM).of_version()
    version.at.tell("scans/hold", resource_id=image["ImageId"])
    inspector = version.at.client("inspector2")
    begun = inspector.start_on_demand_scan(resourceId=image["ImageId"], resourceType="AMI")["scanId"]
    version.verify().reaches("Await scan")
    version.at.tell("scans/release", resource_id=image["ImageId"])

    assert scan_of(version.verified())["scanId"] == begun


def test_the_end_of_a_scan_is_told_by_nobody(version: Version):
    """EC2 counts the findings too; those that events told are counted against that."""
    version.at.tell("weather/events", bus=version.at.bus, detail_type=ENDED, effect="lose")
    (image,) = version.has(MEDIUM).of_version()
    version.at.tell("scans/hold", resource_id=image["ImageId"])
    version.verify().reaches("Await scan")
    version.at.tell("scans/release", resource_id=image["ImageId"])
    version.looks_again("Await scan")

    assert scan_of(version.verified())["total"] == 1


def test_the_end_of_a_scan_is_told_twice(version: Version):
    version.at.tell("weather/events", bus=version.at.bus, detail_type=ENDED, effect="double")
    version.verify().verified()


def test_the_end_of_a_scan_comes_before_its_findings(version: Version):
    rule = {"bus": version.at.bus, "detail_type": FINDING}
    version.at.tell("weather/events", **rule, effect="hold")
    version.at.tell("clock", speed="held")  # else the retries that wait for the findings are over in a second
    version.has(MEDIUM, LOW).verify().goes_on_to("Store findings")
    version.at.tell("weather/release")
    version.at.tell("clock", speed="instant")

    assert scan_of(version.verified())["seen"] == 2


def test_a_finding_that_nobody_told_is_read_back(version: Version):
    version.at.tell("weather/events", bus=version.at.bus, detail_type=FINDING, effect="lose", times=1)
    scan = scan_of(version.has(MEDIUM, LOW).verify().verified())
    assert (scan["total"], scan["seen"], scan["readBack"]) == (2, 2, 1)


def test_a_finding_that_nobody_tells_at_all(version: Version):
    version.at.tell("weather/events", bus=version.at.bus, detail_type=FINDING, effect="lose", times=1)
    version.at.tell("weather", service="ec2", operation="GetImageFindings", effect="deny")
    version.has(MEDIUM, LOW).verify().rejected("not_scanned")
