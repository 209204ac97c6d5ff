"""What an audit reads and writes: the report as JSON and CSV, and what the last good run counted."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from goldsmith.values.usage import AuditReport

COLUMNS: Final = (
    "image_id", "name", "account", "region", "family", "architecture", "created", "verdict", "reasons", "used_by",
    "unseen", "snapshot_gib",
)  # fmt: skip


def write(report: AuditReport, as_json: Path | None, as_csv: Path | None, baseline: Path | None) -> None:
    if as_json:
        write_json(report, as_json)
    if as_csv:
        write_csv(report, as_csv)
    if baseline:
        remember(report, baseline)


def write_json(report: AuditReport, path: Path) -> None:
    path.write_text(report.model_dump_json(indent=1) + "\n")


def write_csv(report: AuditReport, path: Path) -> None:
    """One image a row; what is several stands behind one another, divided by semicolons."""
    with path.open("w", newline="") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        for image in report.images:
            several = {
                "reasons": "; ".join(image.reasons),
                "used_by": "; ".join(f"{use.kind} {use.arn} ({use.how})" for use in image.used_by),
                "unseen": "; ".join(image.unseen),
                "created": image.created.isoformat() if image.created else "",
            }
            rows.writerow({name: several.get(name, getattr(image, name)) for name in COLUMNS})


def counted(path: Path | None, regions: Sequence[str]) -> dict[str, int]:
    """What the last good run counted, in the regions that this run looks at; nothing before the first run."""
    if path is None or not path.exists():
        return {}
    counts: dict[str, int] = json.loads(path.read_text())
    return {place: count for place, count in counts.items() if not regions or place.split()[1] in regions}


def remember(report: AuditReport, path: Path) -> None:
    """A run is good if it saw everything; what it did not look at is remembered from before."""
    if not report.unseen and not report.implausible:
        before = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(before | report.counts, indent=1, sort_keys=True) + "\n")
