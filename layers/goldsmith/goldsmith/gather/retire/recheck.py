"""Look again at versions just before a deed that is hard to take back: as they are now, and who refers to them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.due import reader_of
from goldsmith.gather.retire.images import images
from goldsmith.gather.retire.template_facts import renewed
from goldsmith.gather.retire.templates import look
from goldsmith.gather.retire.timetable import since, stage_of
from goldsmith.gather.usage import references
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.reading import UNREADABLE, explain
from goldsmith.gather.usage.sources import LAUNCHERS
from goldsmith.values.estate import RegionInventory, copy_of
from goldsmith.values.retire import LASTING, AccountRegion, Batch, Copy, PruneFacts, RetireFacts
from goldsmith.values.sweep import Course
from goldsmith.values.usage import Use

FRESH = {"state", "stage", "since", "was", "launched", "public", "unreadable", "protection", "hold", "snooze"}
AT_ONCE = 100


def recheck(course: Course, *, sweeps: Evidence, client: Callable[[str], Callable[[str, str], Any]]) -> Batch:
    """The first list of facts that is left of a sweep, read again where a deed is hard to take back."""
    batch = sweeps.get(course.chunks[0], Batch)
    if batch is None:
        raise NeedsAPerson(f"{sweeps.bucket} has no {course.chunks[0]}: the next sweep begins anew")
    return Recheck(client).look(batch)


@dataclass(frozen=True)
class Recheck:
    """`client(account)` makes clients `(service, region)` of that account."""

    client: Callable[[str], Callable[[str, str], Any]]

    def look(self, batch: Batch) -> Batch:
        lasting = [facts for facts in batch.batch if isinstance(facts, RetireFacts) and facts.step in LASTING]
        account_regions = {(c.image.account, c.image.region) for facts in lasting for c in facts.copies}
        seen = [self._look(AccountRegion(account=a, region=r), lasting) for a, r in sorted(account_regions)]
        rest = [each for each in batch.batch if not isinstance(each, PruneFacts)]
        versions = [_renewed(each, seen) if each in lasting else each for each in rest]
        return Batch(batch=(*versions, *self._templates(batch)))

    def _templates(self, batch: Batch) -> Iterator[PruneFacts]:
        """Launch templates, with whoever launches from them now; one of which nothing would go is left out."""
        facts = [each for each in batch.batch if isinstance(each, PruneFacts)]
        for account, region in sorted({(each.account, each.region) for each in facts}):
            known, doubts = look(reader_of(AccountRegion(account=account, region=region), self.client), LAUNCHERS)
            unseen = tuple(f"{account} {region} {source}: {error}" for source, error in sorted(doubts.items()))
            here = [each for each in facts if (each.account, each.region) == (account, region)]
            yield from filter(None, (renewed(each, known, unseen) for each in here))

    def _look(self, account_region: AccountRegion, batch: Iterable[RetireFacts]) -> "Glance":
        here = [copy for facts in batch for copy in facts.copies if _is_at(copy, account_region)]
        reader, glance = reader_of(account_region, self.client), Glance(account_region)
        try:
            glance.copies = {copy.image.image_id: copy for copy in _now(reader, here)}
            ids = sorted(glance.copies)
            for start in range(0, len(ids), references.AT_ONCE):
                for mention in references.references(reader, ids[start : start + references.AT_ONCE]):
                    glance.uses.setdefault(mention.image, []).append(mention.use)
        except UNREADABLE as error:
            where = f"{account_region.account} {account_region.region}"
            glance.unseen = f"{where} image references: {explain(error, references.ACTIONS)}"
        return glance


class Glance:
    def __init__(self, account_region: AccountRegion) -> None:
        self.account_region, self.unseen = account_region, ""
        self.copies: dict[str, Copy] = {}
        self.uses: dict[str, list[Use]] = {}


def _is_at(copy: Copy, account_region: AccountRegion) -> bool:
    return (copy.image.account, copy.image.region) == (account_region.account, account_region.region)


def _now(reader: RegionReader, copies: list[Copy]) -> Iterator[Copy]:
    """By a filter: of ids that are gone EC2 would answer none."""
    known = {copy.image.image_id: copy for copy in copies}
    ids = sorted(known)
    for start in range(0, len(ids), AT_ONCE):
        wanted = [{"Name": "image-id", "Values": ids[start : start + AT_ONCE]}]
        for image in images(reader, wanted):
            fresh = copy_of(
                image, RegionInventory(account_region=AccountRegion(account=reader.account, region=reader.region))
            )
            changed = {name: getattr(fresh, name) for name in FRESH}
            yield known[image.image_id].model_copy(update=changed)


def _renewed(facts: RetireFacts, seen: list[Glance]) -> RetireFacts:
    """A copy that is gone is left out, and one that was brought back meanwhile brings its version back."""
    copies: list[Copy] = []
    uses, unseen = list(facts.used_by), list(facts.unseen)
    for copy in facts.copies:
        glance = next(each for each in seen if _is_at(copy, each.account_region))
        fresh = glance.copies.get(copy.image.image_id)
        copies += [fresh] if fresh else [copy] if glance.unseen else []
        uses += glance.uses.get(copy.image.image_id, [])
        unseen += [glance.unseen] if glance.unseen and glance.unseen not in unseen else []
    stage = stage_of(copies) or facts.stage
    pointers = tuple(use for use in uses if use.arn.partition(":parameter")[2] in facts.channels)
    return facts.model_copy(
        update={
            "copies": tuple(copies),
            "stage": stage,
            "since": since(copies, stage),
            "used_by": tuple(u for u in uses if u not in pointers),
            "unseen": tuple(unseen),
        }
    )
