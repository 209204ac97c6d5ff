"""Read a place and keep what was seen; read again what a sweep is about to touch."""

from dataclasses import dataclass

from goldsmith import aws
from goldsmith.act.retire.find_due import reading
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


def looker() -> "Looker":
    """That of this deployment."""
    return Looker(Evidence(aws.setting("SWEEPS"), aws.client("s3")), aws.setting("BUS_ARN"))


@dataclass(frozen=True)
class Looker:
    sweeps: Evidence
    bus: str

    def look_around(self, asked: LookAround) -> Looked:
        spot = asked.spot
        of_account = reading(spot.account)
        place = place_of(spot, lambda _: of_account)
        seen = see(place, self.bus, lambda region: of_account("cloudtrail", region))
        self.sweeps.put(sight_of(asked.run, spot.account, spot.region), seen)
        return Looked(spot=spot)

    def look_again(self, course: Course) -> Batch:
        batch = self.sweeps.get(course.chunks[0], Batch)
        if batch is None:
            raise NeedsAPerson(f"{self.sweeps.bucket} has no {course.chunks[0]}: the next sweep begins anew")
        return Again(reading).look(batch)
