"""Which versions have crossed an age threshold?  Cheap: one list of images for each place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.images import ACTIONS as IMAGES
from goldsmith.gather.retire.images import images
from goldsmith.gather.retire.inventory import ACTIONS, binned, snapshots
from goldsmith.gather.retire.orphans import orphans
from goldsmith.gather.retire.template_facts import Pruning, named
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.reading import UNREADABLE, explain
from goldsmith.rules import RetireRules
from goldsmith.values.estate import RegionInventory, versions
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import DueList


@dataclass(frozen=True)
class Calendar:
    """`client(account)` makes clients `(service, region)` of that account."""

    lines: Families
    client: Callable[[str], Callable[[str, str], Any]]
    rules: RetireRules
    now: datetime

    def due(self, places: Iterable[AccountRegion]) -> DueList:
        """Those longest due first, and what could not be read: the sweep keeps whatever is there."""
        seen = [self._look(account_region) for account_region in places]
        every = versions(seen)
        lines = {family: self.lines.line(family, every) for family, _, _ in every}
        found = [due for key in every if (due := lines[key[0]].due(key, self.rules, self.now))]
        found.sort(key=lambda each: (each.since or self.now, each.family, each.version))
        pruning = Pruning(named(self.lines, lines), self.rules, self.now)
        templates = [self._templates(each.account_region, pruning) for each in seen if not each.unseen]
        return DueList(
            versions=tuple(found),
            snapshots=sum(1 for each in seen for _ in orphans(each)),
            templates=sum(count for count, _ in templates),
            unseen=tuple(doubt for each in seen for doubt in each.doubts)
            + tuple(doubt for _, doubts in templates for doubt in doubts)
            + tuple(self.lines.unread.values()),
        )

    def _templates(self, account_region: AccountRegion, pruning: Pruning) -> tuple[int, tuple[str, ...]]:
        """How many launch templates have versions to go, and what could not be read of them: that keeps them all."""
        try:
            return pruning.due(reader_of(account_region, self.client)) if pruning.named else (0, ())
        except UNREADABLE as error:
            return 0, (f"{account_region.account} {account_region.region} launch templates: {explain(error)}",)

    def _look(self, account_region: AccountRegion) -> RegionInventory:
        reader = reader_of(account_region, self.client)
        try:
            return RegionInventory(
                account_region=account_region,
                images=tuple(images(reader)),
                snapshots=snapshots(reader),
                binned=binned(reader),
            )
        except UNREADABLE as error:
            return RegionInventory(
                account_region=account_region, unseen={"images": explain(error, (*IMAGES, *ACTIONS))}
            )


def reader_of(account_region: AccountRegion, client: Callable[[str], Callable[[str, str], Any]]) -> RegionReader:
    of_account = client(account_region.account)
    return RegionReader(
        account_region.account, account_region.region, lambda service: of_account(service, account_region.region)
    )
