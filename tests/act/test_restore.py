"""A version comes back in every place, because somebody asks or screams; it is held because somebody says so."""

import json
from datetime import date
from typing import Any

import pytest

from goldsmith.act.restore.change_hold import HoldChanger
from goldsmith.act.restore.restore import Restorer
from goldsmith.errors import TryAgain
from goldsmith.model import Event
from goldsmith.values.restore import Done, VersionRequest
from goldsmith.values.retire import AccountRegion, RetireStep
from goldsmith.vocabulary import EventType, Stage
from tests.act.conftest import ACCOUNT, NOW, REGION, said
from tests.act.leaving import OWNER, SHARED, Said, ami, later, sayer, take
from tests.act.place_deeds import Ec2
from tests.act.shelf import shelf

NEAR = "eu-west-1"
ASKED = VersionRequest(family="webapp", version="2026.05.01", by="ann", reason="the report needs it")


class Estate:
    """One version in two regions, which was disabled two days ago."""

    def __init__(self, *steps: RetireStep) -> None:
        self.evidence, self.said = shelf(), Said()
        self.places = {region: Ec2(region=region, clock=lambda: later(days=-2)) for region in (REGION, NEAR)}
        for number, ec2 in enumerate(self.places.values(), 1):
            ec2.put(ami(Stage.DEPRECATED, image_id=f"ami-{number:017}", permissions=[*SHARED]))
            for step in steps:
                take(step, ec2, self.evidence, now=later(days=-2))
            ec2.clock, ec2.role, ec2.calls = (lambda: NOW), "Restorer", []
        account_regions = tuple(AccountRegion(account=ACCOUNT, region=region) for region in self.places)
        self.restorer = Restorer(
            reads=self.client,
            acts=self.client,
            places=account_regions,
            evidence=self.evidence,
            say=sayer(self.said),
            now=NOW,
        )
        self.changer = HoldChanger(self.client, account_regions, sayer(self.said))

    def hold(self, **more: Any) -> Done:
        """As whoever may hold is asked to."""
        for ec2 in self.places.values():
            ec2.role = "Holder"
        return self.changer.change(VersionRequest.model_validate(ASKED.model_dump(mode="json", by_alias=True) | more))

    def client(self, _: str) -> Any:
        return lambda _service, region: self.places[region]

    def stages(self) -> list[str]:
        return [each.stage for ec2 in self.places.values() for each in ec2.images.values()]

    def tags(self, name: str) -> list[str | None]:
        found = [each.tags for ec2 in self.places.values() for each in ec2.images.values()]
        return [tags.get(f"goldsmith:{name}") for tags in found]

    def image_in(self, region: str) -> str:
        (image,) = self.places[region].images
        return image


def asks(kind: EventType, **more: Any) -> Event:
    return said(kind, **(ASKED.model_dump(mode="json", by_alias=True) | more))


def scream(image: str) -> Event:
    """RunInstances was refused, as CloudTrail tells it."""
    failed: dict[str, Any] = {
        "eventName": "RunInstances",
        "errorCode": "Client.InvalidAMIID.Unavailable",
        "errorMessage": f"The image id '[{image}]' is no longer available",
        "recipientAccountId": ACCOUNT,
        "awsRegion": REGION,
        "userIdentity": {"arn": f"arn:aws:iam::{ACCOUNT}:role/deploy", "accountId": ACCOUNT},
        "requestParameters": {"instancesSet": {"items": [{"imageId": image}]}},
    }
    return said("AWS API Call via CloudTrail", **failed).model_copy(update={"source": "aws.ec2"})


@pytest.mark.parametrize(
    "steps", [(RetireStep.DISABLE,), (RetireStep.DISABLE, RetireStep.DEREGISTER)], ids=["disabled", "binned"]
)
def test_who_asks_gets_every_copy_back(steps):
    estate = Estate(*steps)
    assert estate.restorer.hear(asks(EventType.RESTORATION_REQUESTED)).images == 2
    assert estate.stages() == ["deprecated", "deprecated"]
    ((kind, told),) = estate.said
    assert (kind, told.by, told.owner, len(told.images)) == (EventType.IMAGE_RESTORED, "ann", OWNER, 2)
    assert estate.tags("snooze") == ["2027-02-21 ann the report needs it"] * 2


def test_a_place_that_refuses_stops_no_other_and_is_told():
    estate = Estate(RetireStep.DISABLE)
    estate.places[NEAR].refuses["enable_image", estate.image_in(NEAR)] = "UnauthorizedOperation"
    estate.restorer.hear(asks(EventType.RESTORATION_REQUESTED))
    assert estate.stages() == ["deprecated", "disabled"]
    ((kind, told),) = estate.said
    assert kind is EventType.IMAGE_RESTORED
    assert [each.image.region for each in told.failures] == [NEAR]


def test_what_is_gone_for_good_is_told_with_what_to_do():
    estate = Estate(RetireStep.DISABLE, RetireStep.DEREGISTER)
    for ec2 in estate.places.values():
        ec2.bin.clear()
    estate.restorer.hear(asks(EventType.RESTORATION_REQUESTED))
    ((kind, told),) = estate.said
    assert kind is EventType.RESTORATION_FAILED
    assert all("build it anew" in each.error for each in told.failures)


def test_what_was_never_disabled_is_told_so():
    estate = Estate()
    estate.restorer.hear(asks(EventType.RESTORATION_REQUESTED))
    ((kind, told),) = estate.said
    assert kind is EventType.RESTORATION_FAILED
    assert told.reason == "the report needs it. There is no tombstone of it: it was never disabled"


def test_a_scream_brings_every_copy_back_and_heard_twice_it_says_nothing_more():
    estate = Estate(RetireStep.DISABLE)
    heard = scream(estate.image_in(REGION))
    assert estate.restorer.hear(heard).images == 2
    ((kind, told),) = estate.said
    assert (kind, told.by) == (EventType.IMAGE_RESTORED, "scream")
    standing = [ec2.standing() for ec2 in estate.places.values()]
    assert estate.restorer.hear(heard).images == 0
    assert [ec2.standing() for ec2 in estate.places.values()] == standing
    assert len(estate.said) == 1


@pytest.mark.parametrize("image", ["of ours", "ami-00000000000000099"])
def test_a_scream_for_what_is_not_disabled_does_nothing(image):
    estate = Estate()
    heard = scream(estate.image_in(REGION) if image == "of ours" else image)
    assert estate.restorer.hear(heard).images == 0
    assert estate.said == []
    assert not any(ec2.calls for ec2 in estate.places.values())


def test_a_hold_is_written_on_every_copy_and_taken_away_again():
    estate = Estate(RetireStep.DISABLE)
    until = date(2027, 1, 1).isoformat()
    assert estate.hold(until=until, reason="audit").images == 2
    assert estate.tags("hold") == ["2027-01-01 audit"] * 2
    assert estate.stages() == ["disabled", "disabled"]
    estate.hold(hold=False)
    assert estate.tags("hold") == [None, None]
    assert [(kind, told.hold, len(told.images)) for kind, told in estate.said] == [
        (EventType.IMAGE_HELD, "2027-01-01 audit", 2),
        (EventType.IMAGE_HELD, "", 2),
    ]


def test_a_copy_of_somebody_else_is_not_held():
    estate = Estate()
    theirs = ami(Stage.DEPRECATED, image_id="ami-00000000000000077")
    theirs.tags["goldsmith:image"] = estate.image_in(REGION)
    estate.places[REGION].put(theirs)
    estate.hold()
    assert "goldsmith:hold" not in theirs.tags


def test_a_place_that_cannot_be_held_is_told():
    estate = Estate()
    estate.places[NEAR].refuses["create_tags", estate.image_in(NEAR)] = "RequestLimitExceeded"
    estate.hold()
    ((_, told),) = estate.said
    assert [each.image.region for each in told.failures] == [NEAR]
    assert json.loads(told.model_dump_json(by_alias=True))["hold"] == "held the report needs it"


def test_a_scream_while_it_is_being_disabled_is_heard_again():
    """EC2 has disabled it, and its tags do not say so yet."""
    estate = Estate(RetireStep.DISABLE)
    for each in estate.places[REGION].images.values():
        each.tags["goldsmith:stage"] = Stage.DEPRECATED
    with pytest.raises(TryAgain, match="is being disabled right now"):
        estate.restorer.hear(scream(estate.image_in(REGION)))
