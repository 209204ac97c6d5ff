"""What the last good sweep saw, and whether so much less is seen now that it is not believed."""

from collections.abc import Iterable

from goldsmith.lifecycle import Deed, leads
from goldsmith.policy.audit import shrunk
from goldsmith.rules import AuditRules
from goldsmith.values.estate import RegionInventory
from goldsmith.values.sweep import Baseline
from goldsmith.vocabulary import Tag


def losses(before: Baseline, seen: Iterable[RegionInventory]) -> tuple[str, ...]:
    """Of the images that were there then and should still be, and of each source that held something."""
    counts: dict[str, int] = {}
    expected = dict(before.counts) | {f"{place} images": len(ids) for place, ids in before.images.items()}
    for each in seen:
        counts |= {f"{each.name} {source}": count for source, count in each.counts.items()}
        there = {image.image_id for image in each.images}
        counts[f"{each.name} images"] = sum(known in there for known in before.images.get(each.name, ()))
        if each.unseen:  # that it could not be read is told already, and keeps whatever is there
            counts |= {
                name: max(counts.get(name, 0), n) for name, n in expected.items() if name.startswith(f"{each.name} ")
            }
    return shrunk(expected, counts, AuditRules())


def after(before: Baseline, seen: Iterable[RegionInventory]) -> Baseline:
    """With what was seen this time, where nothing was unseen."""
    whole = [each for each in seen if not each.unseen]
    counts = {f"{each.name} {source}": n for each in whole for source, n in each.counts.items() if source != "images"}
    return Baseline(counts=before.counts | counts, images=before.images | {each.name: _lasting(each) for each in whole})


def _lasting(seen: RegionInventory) -> tuple[str, ...]:
    """What a sweep may deregister is no loss when it is gone."""
    return tuple(image.image_id for image in seen.images if not leads(Deed.DEREGISTER, image.tag(Tag.STAGE)))
