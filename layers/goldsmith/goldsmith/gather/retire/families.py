"""The families of an estate with what counts for their retirement: recipe, channels, announcements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from goldsmith.gather.bundles import current
from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.ledger.announced import announced
from goldsmith.ledger.channels import channels
from goldsmith.ledger.table import Ledger
from goldsmith.recipe.document import BadRecipe, Recipe, read
from goldsmith.recipe.retirement import Retirement
from goldsmith.values.estate import Key
from goldsmith.values.retire import Copy


@dataclass
class Families:
    """`bucket` holds the recipes."""

    s3: Any
    bucket: str
    ledger: Ledger
    known: dict[str, Recipe | None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def recipe(self, family: str) -> Recipe | None:
        """The one that is accepted now; None if there is none, or if it is not valid any more, which is `unread`."""
        if family not in self.known:
            accepted = current(family, s3=self.s3, bucket=self.bucket)
            try:
                self.known[family] = read(accepted[0].text, accepted[0].path, date.min) if accepted else None
            except BadRecipe as error:
                self.known[family], self.unread[family] = None, f"the recipe of {family} is not valid any more: {error}"
        return self.known[family]

    def line(self, family: str, versions: Mapping[Key, tuple[Copy, ...]]) -> FamilyHistory:
        recipe = self.recipe(family)
        return FamilyHistory(
            family=family,
            rules=recipe.retirement if recipe else Retirement(),
            versions=versions,
            pointed=frozenset(self._pointed.get(family, ())),
            announced=self._announced.get(family, {}),
        )

    @cached_property
    def _announced(self) -> dict[str, dict[str, datetime]]:
        return announced(self.ledger)

    @cached_property
    def _pointed(self) -> dict[str, set[str]]:
        """Versions that a channel was seen to hold, by family."""
        return {
            family: {held["version"] for regions in by_channel.values() for held in _held(regions)}
            for family, by_channel in channels(self.ledger).index().items()
        }


def _held(regions: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (held for architectures in regions.values() for held in architectures.values())
