"""Read a place and keep what was seen; read again what a sweep is about to touch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goldsmith.errors import NeedsAPerson
from goldsmith.evidence import Evidence, sight_of
from goldsmith.gather.retire.due import place_of
from goldsmith.gather.retire.inventory import see
from goldsmith.gather.retire.recheck import Again
from goldsmith.model import Model
from goldsmith.values.retire import Batch, Spot
from goldsmith.values.sweep import Course, Looked


class LookAround(Model):
    """One place that a sweep looks at."""

    run: str
    spot: Spot


@dataclass(frozen=True)
class Looker:
    """`bus` is Goldsmith's ARN; `client(account)` makes clients `(service, region)` that read in that account."""

    sweeps: Evidence
    bus: str
    client: Callable[[str], Callable[[str, str], Any]]

    def look_around(self, asked: LookAround) -> Looked:
        spot = asked.spot
        of_account = self.client(spot.account)
        seen = see(place_of(spot, self.client), self.bus, lambda region: of_account("cloudtrail", region))
        self.sweeps.put(sight_of(asked.run, spot.account, spot.region), seen)
        return Looked(spot=spot)

    def look_again(self, course: Course) -> Batch:
        batch = self.sweeps.get(course.chunks[0], Batch)
        if batch is None:
            raise NeedsAPerson(f"{self.sweeps.bucket} has no {course.chunks[0]}: the next sweep begins anew")
        return Again(self.client).look(batch)
