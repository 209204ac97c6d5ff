"""SearchVulnerabilities: what the vulnerability databases say of one CVE (CISA's KEV, EPSS), as a world tells it."""

from datetime import UTC, datetime
from typing import Any, Final

from emulator.gateway.control import command
from emulator.gateway.patching import patch
from emulator.inspector.operations import ROUTES, invalid
from emulator.inspector.script import LOCK, account_of

DATES: Final = {"dateAdded", "dateDue", "firstSeen", "lastSeen", "vendorCreatedAt", "vendorUpdatedAt"}
MEMBERS: Final = {
    "id", "cwes", "cisaData", "source", "description", "atigData", "vendorSeverity", "cvss4", "relatedVulnerabilities",
    "cvss3", "vendorCreatedAt", "cvss2", "vendorUpdatedAt", "sourceUrl", "referenceUrls", "exploitObserved",
    "detectionPlatforms", "epss",
}  # fmt: skip
KNOWN: Final[dict[tuple[str, str], dict[str, Any]]] = {}


def search(account: str, _: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Nothing for a CVE that nobody scripted, as AWS answers for one that it does not know."""
    ids = (asked.get("filterCriteria") or {}).get("vulnerabilityIds") or []
    if len(ids) != 1:
        raise invalid("filterCriteria.vulnerabilityIds takes exactly one id", "filterCriteria.vulnerabilityIds")
    with LOCK:
        found = KNOWN.get((account, ids[0]))
    return {"vulnerabilities": [found] if found else []}


def _epoch(value: Any) -> Any:
    """ISO 8601 dates, as people write them, in epoch seconds, as the protocol has them."""
    if isinstance(value, dict):
        return {
            name: _seconds(each) if name in DATES and isinstance(each, str) else _epoch(each)
            for name, each in value.items()
        }
    return value


def _seconds(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@command("scans/vulnerabilities")
def script(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, vulnerabilities: [...]}`, each in SearchVulnerabilities' own shape, dates in ISO 8601."""
    account, told = account_of(body), body.get("vulnerabilities") or []
    for each in told:
        if unknown := each.keys() - MEMBERS:
            raise ValueError(f"a vulnerability knows no {', '.join(sorted(unknown))}")
        if "id" not in each:
            raise ValueError("a vulnerability lacks its id")
        with LOCK:
            KNOWN[account, each["id"]] = _epoch(each)
    return {"vulnerabilities": len(told)}


@patch("ministack answers with made-up vulnerabilities")
def search_vulnerabilities() -> None:
    ROUTES["/vulnerabilities/search"] = (200, search)
