"""The way back: a version is restored because somebody asks or screams."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from goldsmith.act.restore.image import ImageRestore
from goldsmith.act.retire.steps import REFUSED
from goldsmith.errors import TryAgain
from goldsmith.evidence import Evidence, tombstones_of
from goldsmith.gather.image import tags_of
from goldsmith.gather.restore.failed_launch import named
from goldsmith.gather.restore.images_of_failed_launch import images_needed
from goldsmith.lifecycle import BACK
from goldsmith.model import Event, Model
from goldsmith.values.restore import Done, Restored, Tombstone, VersionRequest
from goldsmith.values.retire import AccountRegion
from goldsmith.values.sweep import Failed
from goldsmith.vocabulary import EventType, Stage, Tag

SCREAM: Final = "scream"
NEVER: Final = "There is no tombstone of it: it was never disabled"
Clients = Callable[[str], Callable[[str, str], Any]]  # account -> (service, region) -> client


@dataclass(frozen=True)
class Restorer:
    reads: Clients
    acts: Clients
    places: tuple[AccountRegion, ...]
    evidence: Evidence
    say: Callable[[EventType, Model], None]
    now: datetime

    def hear(self, event: Event) -> Done:
        if event.detail_type == EventType.RESTORATION_REQUESTED:
            return self.restore(VersionRequest.model_validate(event.detail))
        return Done(images=sum(self.restore(each).images for each in self._screamed_for(event)))

    def restore(self, asked: VersionRequest) -> Done:
        """All copies of a version, wherever they are.  A scream for what is there already is nothing to tell."""
        images, failures = [], []
        stones = list(self.evidence.all(tombstones_of(asked.family, asked.version), Tombstone))
        for stone in stones:
            image = stone.copy_.image
            try:
                ec2 = self.acts(image.account)("ec2", image.region)
                if ImageRestore(stone, ec2, self.now).open(f"{asked.by} {asked.reason}"):
                    images.append(image.model_dump(by_alias=True) | {"architecture": stone.copy_.architecture})
            except REFUSED as error:
                failures.append(Failed(image=image, error=str(error)))
        told = Restored(
            family=asked.family,
            version=asked.version,
            owner=stones[0].owner if stones else {},
            by=asked.by,
            reason=asked.reason if stones else f"{asked.reason}. {NEVER}".lstrip(". "),
            images=tuple(images),
            failures=tuple(failures),
        )
        if images or failures or asked.by != SCREAM:
            self.say(EventType.IMAGE_RESTORED if images else EventType.RESTORATION_FAILED, told)
        return Done(images=len(images))

    def _screamed_for(self, event: Event) -> Iterator[VersionRequest]:
        """The versions that are disabled and that a launch which failed has named, directly or not."""
        said = named(event)
        if said is None or said.account not in {each.account for each in self.places}:
            return
        ids = images_needed(said, self.reads(said.account))
        for account in sorted({each.account for each in self.places if each.region == said.region}):
            for tags in self._disabled(account, said.region, ids):
                reason = f"{said.who} could not launch it"
                yield VersionRequest(family=tags[Tag.FAMILY], version=tags[Tag.VERSION], by=SCREAM, reason=reason)

    def _disabled(self, account: str, region: str, ids: frozenset[str]) -> list[dict[str, str]]:
        """Tags of those that are ours and disabled, one of each version; TryAgain while one is just being disabled."""
        if not ids:
            return []
        wanted = [{"Name": "image-id", "Values": sorted(ids)}]
        pages = (
            self.reads(account)("ec2", region)
            .get_paginator("describe_images")
            .paginate(Owners=["self"], Filters=wanted, IncludeDeprecated=True, IncludeDisabled=True)
        )
        found = [image for page in pages for image in page["Images"]]
        for each in found:
            if each["State"] == "disabled" and tags_of(each).get(Tag.STAGE) in BACK:
                raise TryAgain(f"{each['ImageId']} in {region} is being disabled right now")
        disabled = [tags for each in found if (tags := tags_of(each)).get(Tag.STAGE) == Stage.DISABLED]
        return list({(tags[Tag.FAMILY], tags[Tag.VERSION]): tags for tags in disabled}.values())
