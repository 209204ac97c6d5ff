"""What a caller sees of the home account with his own credentials: images in every region of the deployment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from goldsmith.gather.retire import images
from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.reading import UNREADABLE, explain
from goldsmith.values.estate import Key, RegionInventory, versions
from goldsmith.values.retire import AccountRegion, Copy
from goldsmith.values.usage import AuditedImage
from goldsmith.vocabulary import Tag
from goldsmith_cli.deployment import Deployment


@dataclass(frozen=True)
class Outlook:
    seen: tuple[RegionInventory, ...]
    lines: Families

    @cached_property
    def versions(self) -> dict[Key, tuple[Copy, ...]]:
        return versions(self.seen)

    @property
    def families(self) -> list[str]:
        return sorted({family for family, _, _ in self.versions})

    @property
    def images(self) -> Iterator[AuditedImage]:
        return (image for each in self.seen for image in each.images)

    @property
    def doubts(self) -> list[str]:
        """What could not be read."""
        return [doubt for each in self.seen for doubt in each.doubts]

    def line(self, family: str) -> FamilyHistory:
        """Of this family alone: the others do not count for it."""
        return self.lines.line(family, {key: copies for key, copies in self.versions.items() if key[0] == family})

    def is_told(self, family: str) -> bool:
        """Whether there is an owner; whether his mailbox is confirmed is known to the sweep."""
        return self.lines.recipe(family) is not None


def look(deployment: Deployment, regions: Iterable[str] = (), **wanted: str) -> Outlook:
    """In all regions if none is named; `wanted` are filters of EC2's."""
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    lines = Families(deployment.session.client("s3"), deployment.outputs["RecipesBucket"], deployment.ledger)
    seen = [_look(_place(deployment, region), filters) for region in regions or deployment.regions]
    return Outlook(tuple(seen), lines)


def look_at(deployment: Deployment, family: str, version: str = "") -> Outlook:
    """At one family alone, or at one version of it."""
    wanted = {f"tag:{Tag.FAMILY}": family} | ({f"tag:{Tag.VERSION}": version} if version else {})
    return look(deployment, **wanted)


def _place(deployment: Deployment, region: str) -> RegionReader:
    return RegionReader(
        deployment.account,
        region,
        lambda service: deployment.session.client(service, region_name=region),  # type: ignore[call-overload]
    )


def _look(reader: RegionReader, filters: list[dict[str, Any]]) -> RegionInventory:
    account_region = AccountRegion(account=reader.account, region=reader.region)
    try:
        return RegionInventory(account_region=account_region, images=tuple(images.images(reader, filters)))
    except UNREADABLE as error:
        return RegionInventory(account_region=account_region, unseen={"images": explain(error, images.ACTIONS)})
