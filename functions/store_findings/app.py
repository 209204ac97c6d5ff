"""A scan that has ended in; what it found out, and all of it in the evidence."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.verify.store_findings import FindingsStore
from goldsmith.ledger.scans import Scans
from goldsmith.ledger.table import Ledger
from goldsmith.step import step
from goldsmith.values.scan import Findings
from goldsmith.values.verify_facts import Scan


@step
def handler(asked: Findings) -> Scan:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    inspector, ec2, s3 = (aws.client(name) for name in ("inspector2", "ec2", "s3"))
    findings = FindingsStore(scans=Scans(ledger), inspector=inspector, ec2=ec2, s3=s3, evidence=aws.setting("EVIDENCE"))
    return findings.store(asked, datetime.now(UTC))
