"""Deregister 581 disabled images of one place at the pace of EC2's own token buckets, and be refused not once.

As the workflow goes: list by list they are looked at again, judged and done, by the roles of member-account.yaml.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.retire_estate import Estate, build
from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.retire.apply import Retirer
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.facts import MOST_VERSIONS
from goldsmith.gather.retire.recheck import Recheck
from goldsmith.ledger.table import Ledger
from goldsmith.pace import Paces
from goldsmith.policy.decide import decide_each
from goldsmith.values.retire import Batch, RetireFacts
from goldsmith.values.sweep import Course, Retiring
from sandbox.deploy import HOME
from tests.embedded import started

IMAGES: Final = 581
SIZE, REFILL = 100, 5  # DeregisterImage: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
BEST_S: Final = (IMAGES - SIZE) / REFILL
MOST: Final = 1.1


@dataclass
class Watch:
    """When EC2 answered that an image is deregistered."""

    at: list[float] = field(default_factory=list)

    def note(self, **_: Any) -> None:
        self.at.append(time.monotonic())

    @property
    def took(self) -> float:
        return max(self.at) - min(self.at)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as embedded:
        estate, watch = build(embedded, IMAGES), Watch()
        facts = estate.facts()
        ec2 = aws.member(estate.account.id, "goldsmith-retire")("ec2", HOME)
        ec2.meta.events.register("after-call.ec2.DeregisterImage", watch.note)
        estate.account.tell("weather/buckets", on=True)
        course = _sweep(estate, facts)
        buckets = {each["operation"]: each for each in estate.account.tell("weather/clear")["buckets"]}
        left = estate.left()
    return _told(watch, course, buckets, left)


def _sweep(estate: Estate, facts: list[RetireFacts]) -> Course:
    """All lists, each by a function of its own that knows no more than the course."""
    lists = [tuple(facts[start : start + MOST_VERSIONS]) for start in range(0, len(facts), MOST_VERSIONS)]
    course = Course(run="retire-sweep-1", chunks=tuple(str(number) for number, _ in enumerate(lists)), next="look")
    while course.next == "look":
        batch = Recheck(lambda account: aws.member(account, "goldsmith-read")).look(
            Batch(batch=lists[int(course.chunks[0])])
        )
        now = datetime.now(UTC)
        made = decide_each(batch, now).decisions
        decisions = tuple(each.model_dump(mode="json", by_alias=True) for each in made)
        asked = Retiring(course=course, decisions=decisions).model_dump_json(by_alias=True)
        course = _retirer(estate, course, now).retire(Retiring.model_validate_json(asked))
    return course


def _retirer(estate: Estate, course: Course, now: datetime) -> Retirer:
    return Retirer(
        client=lambda account: aws.member(account, "goldsmith-retire"),
        evidence=Evidence("evidence", estate.account.client("s3")),
        ledger=Ledger("ledger", estate.account.client("dynamodb")),
        say=sayer(bus=estate.bus, events=estate.account.client("events")),
        paces=Paces(course.paces),
        now=now,
    )


def _told(watch: Watch, course: Course, buckets: dict[str, Any], left: dict[str, int]) -> int:
    counts = buckets["DeregisterImage"]
    refused = sum(each["refused"] for each in buckets.values())
    table = Table(title=f"{IMAGES} images deregistered with their snapshots, one place, EC2's token buckets on")
    for name in ("", "measured", "at most"):
        table.add_column(name)
    table.add_row("seconds from the first to the last", f"{watch.took:.1f}", f"{MOST * BEST_S:.1f} ({MOST} x {BEST_S})")
    table.add_row("DeregisterImage: passed", str(counts["passed"]), str(IMAGES))
    table.add_row("DeregisterImage: refused", str(counts["refused"]), "0")
    table.add_row("other calls refused", str(refused - counts["refused"]), "0")
    table.add_row("versions by event", str(course.tally), "")
    table.add_row("images, snapshots left", f"{left['images']}, {left['snapshots']}", "0, 0")
    table.add_row("in the Recycle Bin", f"{left['binned images']}, {left['binned snapshots']}", "")
    Console(width=120).print(table)
    failed = watch.took > MOST * BEST_S or refused or left["images"] or left["snapshots"]
    return int(bool(failed) or counts["passed"] != IMAGES)


if __name__ == "__main__":
    sys.exit(main())
