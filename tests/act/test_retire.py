"""Many versions at once: what fails with one stops nothing else, and who is killed is followed by one who finishes."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from goldsmith.act.retire.apply import Retirer
from goldsmith.errors import NeedsAPerson
from goldsmith.ledger.announced import announced
from goldsmith.ledger.table import Ledger
from goldsmith.pace import Paces
from goldsmith.policy.decide import decide_each
from goldsmith.values.retire import Batch, Copy, RetireFacts, RetireStep
from goldsmith.values.sweep import Course, Retiring
from goldsmith.vocabulary import EventType, Stage
from tests.act.conftest import ACCOUNT, NOW, REGION
from tests.act.leaving import Said, ami, copies, facts, later, sayer
from tests.act.place_deeds import DiedError, Ec2
from tests.act.shelf import shelf

MANY = 60
NEAR = "eu-west-1"
EMPTY = {f"{ACCOUNT}#{REGION}#DeregisterImage": (0.0, 0.0)}  # so that each call waits


class Sweeping:
    """Versions of a family in one region, or in two, and what was said of them."""

    def __init__(
        self, ledger: Ledger, number: int, stage: Stage = Stage.DISABLED, regions: tuple[str, ...] = (REGION,)
    ):
        self.places = {region: Ec2(region=region, role="Retirer") for region in regions}
        for place, ec2 in enumerate(self.places.values()):
            for each in range(number):
                image = ec2.put(ami(stage, f"2026.01.{each:02}", f"ami-{place}{each:016}")).id
                ec2.asked[image] = {"token": later(days=-2)}
        self.said = Said()
        self.retirer = Retirer(
            client=lambda _account: lambda _service, region: self.places[region],
            evidence=shelf(),
            ledger=ledger,
            say=sayer(self.said),
            paces=Paces(clock=lambda: 0.0, sleep=lambda _: None),
            now=NOW,
        )

    def facts(self, step: RetireStep, **more: Any) -> list[RetireFacts]:
        versions: dict[str, list[Copy]] = {}
        for ec2 in self.places.values():
            for copy in copies(ec2):
                versions.setdefault(ec2.images[copy.image.image_id].tags["goldsmith:version"], []).append(copy)
        return [facts(step, tuple(found), version=version, **more) for version, found in versions.items()]

    def decisions(self, step: RetireStep = RetireStep.DEREGISTER, **more: Any) -> tuple[dict[str, Any], ...]:
        made = decide_each(Batch(batch=tuple(self.facts(step, **more))), NOW).decisions
        return tuple(each.model_dump(mode="json", by_alias=True) for each in made)

    def retires(self, decisions: tuple[dict[str, Any], ...], paces: Paces | None = None) -> Course:
        retirer = replace(self.retirer, paces=paces) if paces else self.retirer
        asked = Retiring(course=Course(run="retire-sweep-1", chunks=("a", "b")), decisions=decisions)
        return retirer.retire(asked)

    def kinds(self) -> dict[EventType, int]:
        return Counter(kind for kind, _ in self.said)

    def done(self) -> list[str]:
        return [image for ec2 in self.places.values() for _, image in ec2.calls]


def killed(after: int) -> Paces:
    """The function ends while it waits for its turn."""
    waits = iter(range(after))

    def sleep(_: float) -> None:
        if next(waits, None) is None:
            raise DiedError

    return Paces(EMPTY, clock=lambda: 0.0, sleep=sleep)


@pytest.mark.parametrize("again", ["as they are", "as they were"])
def test_who_is_killed_in_the_middle_is_followed_by_one_who_does_exactly_the_rest(ledger, again):
    sweeping = Sweeping(ledger, MANY)
    (ec2,) = sweeping.places.values()
    before = sweeping.decisions()
    with pytest.raises(DiedError):
        sweeping.retires(before, killed(after=31))
    assert len(sweeping.done()) == 31

    decisions = sweeping.decisions() if again == "as they are" else before
    course = sweeping.retires(decisions)

    assert not ec2.images
    assert not ec2.snapshots
    assert set(sweeping.done()) == {image for image in ec2.bin if image.startswith("ami-")}
    assert len(sweeping.done()) == MANY + (31 if again == "as they were" else 0)
    assert sweeping.kinds() == {EventType.IMAGE_DEREGISTERED: len(decisions)} == course.tally
    assert all(not told.failures for _, told in sweeping.said)


def test_one_refused_one_protected_and_one_throttled_stop_nothing_else(ledger):
    sweeping = Sweeping(ledger, MANY)
    (ec2,) = sweeping.places.values()
    errors = ["UnauthorizedOperation", "OperationNotPermitted", "RequestLimitExceeded"]
    bad = dict(zip(sorted(ec2.images)[10:40:10], errors, strict=True))
    ec2.refuses = {("deregister_image", image): code for image, code in bad.items()}

    course = sweeping.retires(sweeping.decisions())

    assert set(ec2.images) == set(bad)
    assert sweeping.kinds() == {EventType.IMAGE_DEREGISTERED: MANY - 3, EventType.RETIREMENT_FAILED: 3} == course.tally
    failed = [told for kind, told in sweeping.said if kind is EventType.RETIREMENT_FAILED]
    assert [each.images for each in failed] == [()] * 3
    assert {
        each.failures[0].image.image_id: each.failures[0].error.split("(")[1].split(")")[0] for each in failed
    } == bad
    ec2.refuses.clear()
    sweeping.retires(sweeping.decisions())
    assert not ec2.images


def test_a_protection_that_somebody_has_set_since_is_refused_by_ec2_alone(ledger):
    sweeping = Sweeping(ledger, 2)
    (ec2,) = sweeping.places.values()
    decisions = sweeping.decisions()
    first = min(ec2.images)
    ec2.images[first].protection = "enabled-without-cooldown"
    sweeping.retires(decisions)
    assert list(ec2.images) == [first]


def test_a_place_that_fails_stops_no_other_and_the_rest_follows(ledger):
    sweeping = Sweeping(ledger, 2, regions=(REGION, NEAR))
    near = sweeping.places[NEAR]
    near.refuses = {("deregister_image", image): "InternalError" for image in near.images}
    sweeping.retires(sweeping.decisions())
    assert not sweeping.places[REGION].images
    for kind, told in sweeping.said:
        assert kind is EventType.IMAGE_DEREGISTERED
        assert [each["region"] for each in told.images] == [REGION]
        assert [each.image.region for each in told.failures] == [NEAR]
    near.refuses.clear()
    sweeping.retires(sweeping.decisions())
    assert not near.images


def test_what_is_kept_is_left_alone_and_told_why(ledger):
    sweeping = Sweeping(ledger, 1)
    for ec2 in sweeping.places.values():
        ec2.images[min(ec2.images)].tags["goldsmith:hold"] = "held for ever"
    course = sweeping.retires(sweeping.decisions())
    ((kind, told),) = sweeping.said
    assert (kind, course.chunks, course.next) == (EventType.IMAGE_KEPT, ("b",), "look")
    assert told.objections == ("hold on ami-00000000000000000: held for ever",)
    assert sweeping.done() == []


def test_what_was_enabled_by_hand_is_asked_to_be_restored(ledger):
    sweeping = Sweeping(ledger, 1)
    for ec2 in sweeping.places.values():
        ec2.images[min(ec2.images)].state = "available"
    sweeping.retires(sweeping.decisions())
    assert sweeping.kinds() == {EventType.IMAGE_KEPT: 1, EventType.RESTORATION_REQUESTED: 1}


def test_decisions_by_other_rules_are_refused_before_anything_is_done(ledger):
    sweeping = Sweeping(ledger, 2)
    first, second = sweeping.decisions()
    with pytest.raises(NeedsAPerson, match="rules of a retirement"):
        sweeping.retires((first, second | {"rules": None}))
    assert not sweeping.done()


def test_a_report_is_asked_for_where_one_is_missing(ledger):
    sweeping = Sweeping(ledger, 2)
    (ec2,) = sweeping.places.values()
    ec2.asked.clear()
    sweeping.retires(sweeping.decisions())
    assert sweeping.kinds() == {EventType.IMAGE_KEPT: 2}
    assert set(ec2.asked) == set(ec2.images)


def test_an_announcement_is_noted_after_it_was_told(ledger):
    sweeping = Sweeping(ledger, 2, Stage.SUPERSEDED)
    sweeping.retires(sweeping.decisions(RetireStep.ANNOUNCE, notice=16))
    assert sweeping.kinds() == {EventType.RETIREMENT_ANNOUNCED: 2}
    assert {told.on for _, told in sweeping.said} == {"2026-12-09"}
    assert announced(ledger) == {"webapp": {"2026.01.00": NOW, "2026.01.01": NOW}}
