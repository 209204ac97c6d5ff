"""What does Inspector's database know of a CVE: is it exploited, and how likely?  Asked once a day for each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from goldsmith.ledger.scans import Scans
from goldsmith.values.scan import Threat
from goldsmith.values.verify_facts import Finding


def search(cve: str, *, inspector: Any) -> Threat:
    """Nothing is known of what the database does not hold."""
    found = inspector.search_vulnerabilities(filterCriteria={"vulnerabilityIds": [cve]})["vulnerabilities"]
    if not found:
        return Threat()
    return Threat(kev=bool(found[0].get("cisaData")), epss=(found[0].get("epss") or {}).get("score"))


def known(findings: Iterable[Finding], *, scans: Scans, now: datetime) -> dict[str, Threat]:
    """By CVE, what was asked lately of those with a fix."""
    cves = {each.cve for each in findings if each.fixable}
    return {cve: threat for cve in cves if (threat := scans.threat(cve, now)) is not None}


def with_threats(findings: Iterable[Finding], threats: dict[str, Threat]) -> list[Finding]:
    return [
        each.model_copy(update={"kev": threats[each.cve].kev, "epss": threats[each.cve].epss})
        if each.cve in threats
        else each
        for each in findings
    ]
