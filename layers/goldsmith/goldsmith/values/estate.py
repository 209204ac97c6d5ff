"""What a sweep sees of an account in one region, and the versions that are there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import Field

from goldsmith.lifecycle import ASIDE
from goldsmith.model import ImageRef, Model
from goldsmith.values.launch_templates import Template
from goldsmith.values.retire import AccountRegion, Copy, UsageReport
from goldsmith.values.usage import AuditedImage, Use
from goldsmith.vocabulary import Stage, Tag

IMAGES, SNAPSHOTS = "EC2_IMAGE", "EBS_SNAPSHOT"
POINTERS: Final = "/goldsmith/"
Key = tuple[str, str, bool]  # family, version, and whether it was rejected or failed


class BinRule(Model):
    """A rule of the Recycle Bin that is in force."""

    kind: str = Field(description="EC2_IMAGE or EBS_SNAPSHOT.")
    days: int
    tags: tuple[tuple[str, str], ...] = ()
    but: tuple[tuple[str, str], ...] = Field((), description="Of a rule without tags: what it leaves out.")

    def keeps(self, tags: Mapping[str, str]) -> bool:
        held = set(tags.items())
        return bool(held & set(self.tags)) if self.tags else not held & set(self.but)


class RegionInventory(Model):
    """One place: its images, who uses which (of any place), and what could not be read."""

    account_region: AccountRegion
    images: tuple[AuditedImage, ...] = ()
    snapshots: dict[str, dict[str, str]] = Field({}, description="Tags of those that carry a tag of ours, by id.")
    reports: dict[str, tuple[UsageReport, ...]] = Field({}, description="By image.")
    bin_rules: tuple[BinRule, ...] = ()
    binned: tuple[str, ...] = Field((), description="Images in the Recycle Bin.")
    uses: dict[str, tuple[Use, ...]] = Field({})
    templates: tuple[Template, ...] = Field((), description="Launch templates.")
    counts: dict[str, int] = Field({})
    unseen: dict[str, str] = Field({}, description="AWS's error by source.")
    deaf: tuple[str, ...] = Field((), description="Why a launch that fails there would not be heard of.")

    @property
    def name(self) -> str:
        return f"{self.account_region.account} {self.account_region.region}"

    @property
    def doubts(self) -> list[str]:
        return [f"{self.name} {source}: {error}" for source, error in sorted(self.unseen.items())]

    def recycled(self, image: AuditedImage) -> tuple[int, int] | None:
        """Days that the bin keeps such an image once it is disabled, and that snapshot of it which it keeps least."""
        images = self.days(IMAGES, image.tags)
        tags = [self.snapshots.get(each) for each in image.snapshots]
        snapshots = [self.days(SNAPSHOTS, each) if each is not None else 0 for each in tags]  # 0: nobody can tell
        return (images, min(snapshots, default=images)) if images and all(snapshots) else None

    def days(self, kind: str, tags: Mapping[str, str]) -> int:
        """For which the bin keeps what carries these tags; 0: it does not."""
        return max((rule.days for rule in self.bin_rules if rule.kind == kind and rule.keeps(tags)), default=0)


def copies(seen: RegionInventory) -> Iterator[tuple[Key, Copy]]:
    """The AMIs there that say which version of which family they are, whether or not they are ours."""
    for image in seen.images:
        family, version, stage = (image.tag(each) for each in (Tag.FAMILY, Tag.VERSION, Tag.STAGE))
        if family and version and stage in set(Stage):
            aside = stage in ASIDE or (image.tag(Tag.STAGE_BEFORE) in ASIDE and stage == Stage.DISABLED)
            yield (family, version, aside), copy_of(image, seen)


def copy_of(image: AuditedImage, seen: RegionInventory) -> Copy:
    return Copy(
        image=ImageRef(image_id=image.image_id, account=image.account, region=image.region),
        name=image.name,
        architecture=image.architecture,
        state=image.state,
        stage=image.tag(Tag.STAGE) or "",
        since=moment(image.tag(Tag.STAGE_SINCE)),
        was=image.tag(Tag.STAGE_BEFORE) or "",
        launched=image.launched,
        deprecated_at=image.deprecated_at,
        public=image.public,
        unreadable=image.unreadable,
        protection=image.protection,
        hold=word_of(image.tags, Tag.HOLD),
        snooze=word_of(image.tags, Tag.SNOOZE),
        ours=image.tag(Tag.IMAGE) == image.image_id and bool(image.tag(Tag.RUN)),
        snapshots=image.snapshots,
        reports=seen.reports.get(image.image_id, ()),
        recycled=seen.recycled(image),
    )


def versions(all_seen: Iterable[RegionInventory]) -> dict[Key, tuple[Copy, ...]]:
    """All copies of each version, wherever they are; those rejected or failed apart from those that are good."""
    found: dict[Key, list[Copy]] = {}
    for seen in all_seen:
        for key, copy in copies(seen):
            found.setdefault(key, []).append(copy)
    return {key: tuple(each) for key, each in found.items()}


def word_of(tags: Mapping[str, str], tag: Tag) -> str:
    """What a hold or a snooze says: a person's tag without a word is a person's word.  Empty: there is none."""
    written = tags.get(tag)
    return "" if written is None else written.strip() or "no reason given"


def moment(written: str | None) -> datetime | None:
    """What a tag says, if that is an instant."""
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
