"""The part of the ledger that holds scans: findings come one event at a time, and AWS forgets them.

pk               sk                 one item for
scan#<scan id>   finding#<its id>   a finding that Inspector reported
scan#<scan id>   end                the end of the scan
cve#<cve>        threat             what Inspector's database said of the CVE lately
"""

from datetime import datetime, timedelta
from typing import Final

from goldsmith.ledger.table import Ledger
from goldsmith.values.scan import Reported, ScanEnd, Threat

SCAN_KEPT: Final = timedelta(days=40)  # Inspector keeps 30
THREAT_KEPT: Final = timedelta(days=1)
END: Final = "end"


class Scans:
    """Hearing an event twice changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def note_finding(self, scan_id: str, told: Reported, now: datetime) -> None:
        sk = f"finding#{told.arn.rpartition('/')[2]}"
        self.ledger.put(f"scan#{scan_id}", sk, told.model_dump_json(by_alias=True), now + SCAN_KEPT)

    def note_end(self, scan_id: str, end: ScanEnd, now: datetime) -> None:
        self.ledger.put(f"scan#{scan_id}", END, end.model_dump_json(by_alias=True), now + SCAN_KEPT)

    def of(self, scan_id: str) -> tuple[list[Reported], ScanEnd | None]:
        """The distinct findings that were reported, and the end if it was."""
        found = dict(self.ledger.values(f"scan#{scan_id}"))
        end = found.pop(END, None)
        return [Reported.model_validate_json(each) for each in found.values()], (
            ScanEnd.model_validate_json(end) if end else None
        )

    def note_threat(self, cve: str, threat: Threat, now: datetime) -> None:
        self.ledger.put(f"cve#{cve}", "threat", threat.model_dump_json(by_alias=True), now + THREAT_KEPT)

    def threat(self, cve: str, now: datetime) -> Threat | None:
        """DynamoDB removes what has expired only in its own time, so its age is looked at."""
        return next(
            (Threat.model_validate_json(value) for _, value in self.ledger.values(f"cve#{cve}", younger_than=now)), None
        )
