"""Keep all findings of a scan in the evidence, with what is known of their CVEs: AWS forgets them after 30 days."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from goldsmith.evidence import findings_of
from goldsmith.gather.verify.findings import gather, told
from goldsmith.gather.verify.threats import known, search, with_threats
from goldsmith.ledger.scans import Scans
from goldsmith.values.scan import Findings
from goldsmith.values.verify_facts import Finding, Scan

LIST = TypeAdapter(tuple[Finding, ...])


@dataclass(frozen=True)
class FindingsStore:
    scans: Scans
    inspector: Any
    ec2: Any
    s3: Any
    evidence: str

    def store(self, asked: Findings, now: datetime) -> Scan:
        """TryAgain while findings may still come, or while AWS is busy: what was asked of it is not asked again."""
        scan, findings = gather(asked, scans=self.scans, inspector=self.inspector, ec2=self.ec2)
        if scan.status != "SUCCESSFUL":
            return scan
        threats = known(findings, scans=self.scans, now=now)
        for cve in sorted({each.cve for each in findings if each.fixable} - threats.keys()):
            threats[cve] = search(cve, inspector=self.inspector)
            self.scans.note_threat(cve, threats[cve], now)
        findings = with_threats(findings, threats)
        key = findings_of(asked)
        body = LIST.dump_json(tuple(findings), by_alias=True)
        self.s3.put_object(Bucket=self.evidence, Key=key, Body=body, ContentType="application/json")
        return told(scan, findings).model_copy(update={"kept": key})
