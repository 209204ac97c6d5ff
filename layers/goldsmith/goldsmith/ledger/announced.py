"""When the owner of a version was told that it will go."""

from datetime import datetime, timedelta
from typing import Final

from goldsmith.ledger.table import Ledger

ANNOUNCED: Final = "announced"
KEPT: Final = timedelta(days=400)


def announced(ledger: Ledger) -> dict[str, dict[str, datetime]]:
    """Of every family, by version."""
    found: dict[str, dict[str, datetime]] = {}
    for key, value in ledger.values(ANNOUNCED):
        family, version = key.split("#")
        found.setdefault(family, {})[version] = datetime.fromisoformat(value)
    return found


def note_announced(family: str, version: str, now: datetime, ledger: Ledger) -> None:
    ledger.put(ANNOUNCED, f"{family}#{version}", now.isoformat(), now + KEPT)
