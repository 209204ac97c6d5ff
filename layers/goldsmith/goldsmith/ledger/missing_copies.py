"""Which versions a best-effort region lacks, so that a schedule catches them up without a rebuild."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from goldsmith.ledger.items import Values
from goldsmith.ledger.table import Ledger
from goldsmith.model import Model
from goldsmith.values.distribute import Missing
from goldsmith.values.versions import newness

KEPT: Final = timedelta(days=400)


class MissingCopy(Model):
    """The newest version of a family that was distributed, and what it lacks; nothing once it is everywhere."""

    family: str
    version: str
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class MissingCopies:
    values: Values

    def note(self, late: MissingCopy, now: datetime) -> None:
        """An older version does not take the place of a newer one; what is known already is not written again."""
        before = self.values.get(late.family)
        known = MissingCopy.model_validate_json(before) if before else None
        if known is None and not late.missing:
            return
        if known and (newness(known.version) > newness(late.version) or known == late):
            return
        self.values.put(late.family, late.model_dump_json(by_alias=True), instead_of=before, expires=now + KEPT)

    def all(self) -> list[MissingCopy]:
        """Those that lack something."""
        found = [MissingCopy.model_validate_json(value) for _, value in self.values.all()]
        return [each for each in found if each.missing]


def missing_copies(ledger: Ledger) -> MissingCopies:
    return MissingCopies(Values(ledger, "late"))
