"""Snapshots of ours that an image left behind: neither it nor the Recycle Bin has them."""

from collections.abc import Iterator, Mapping

from goldsmith.lifecycle import Deed, leads
from goldsmith.values.estate import SNAPSHOTS, RegionInventory, moment, word_of
from goldsmith.values.retire import OrphanFacts
from goldsmith.vocabulary import Tag


def orphans(seen: RegionInventory, implausible: tuple[str, ...] = ()) -> Iterator[OrphanFacts]:
    there = {image.image_id for image in seen.images} | set(seen.binned)
    users: dict[str, list[str]] = {}
    for image in seen.images:
        for snapshot in image.snapshots:
            users.setdefault(snapshot, []).append(image.image_id)
    for snapshot, tags in sorted(seen.snapshots.items()):
        if _is_left(tags, there):
            yield OrphanFacts(
                family=tags[Tag.FAMILY],
                version=tags.get(Tag.VERSION, ""),
                snapshot_id=snapshot,
                image_id=tags.get(Tag.IMAGE, ""),
                account=seen.account_region.account,
                region=seen.account_region.region,
                stage=tags[Tag.STAGE],
                since=moment(tags.get(Tag.STAGE_SINCE)),
                users=tuple(users.get(snapshot, ())),
                hold=word_of(tags, Tag.HOLD),
                recycled_days=seen.days(SNAPSHOTS, tags),
                unseen=tuple(seen.doubts),
                implausible=implausible,
            )


def _is_left(tags: Mapping[str, str], there: set[str]) -> bool:
    """Of a snapshot in any other stage the image is still to come, or was taken by hand."""
    return (
        leads(Deed.DEREGISTER, tags.get(Tag.STAGE))
        and bool(tags.get(Tag.FAMILY))
        and tags.get(Tag.IMAGE, "") not in there
    )
