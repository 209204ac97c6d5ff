"""Twenty-five versions at once to one region: EC2's limits are kept without being told of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goldsmith.act.distribute.copy import Copier
from goldsmith.act.distribute.finish import Finisher
from goldsmith.ledger.table import Ledger
from goldsmith.model import ImageRef
from goldsmith.values.copy_quota import MOST
from goldsmith.values.distribute import Copying, Finishing, Leg, Sharing
from tests.embedded import Embedded
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.going import NEAR, Going

MANY = 25
Image = dict[str, Any]


class Desk:
    """All runs together, with a clock that a test moves."""

    def __init__(self, at: Deployed) -> None:
        self.at, self.ledger = at, Ledger(at.outputs["LedgerName"], at.client("dynamodb"))
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.calls: list[datetime] = []
        self.waits: dict[str, int] = {}
        self.there: dict[str, ImageRef] = {}
        self.ready: dict[str, datetime] = {}

    def client(self, service: str, region: str) -> Any:
        return self.at.client(service, region)

    def leg(self, going: Going) -> Leg:
        (home,) = going.of_region(HOME)
        source = ImageRef(image_id=home["ImageId"], account=self.at.account.id, region=HOME)
        return Leg(architecture="x86_64", region=NEAR, source=source, name=home["Name"], kms_key="alias/goldsmith")

    def steps(self, leg: Leg) -> None:
        """One step of the run that this leg is of, unless it is over or waits for room."""
        if leg.name in self.there or self.ready.get(leg.name, self.now) > self.now:
            return
        waits = self.waits.get(leg.name, 0)
        asked = Copying(run=f"distribute-{leg.name}-1", leg=leg, waits=waits)
        copied = Copier(self.client, self.ledger, self.now).copy(asked)
        self.waits[leg.name] = waits + 1
        self.ready[leg.name] = self.now + timedelta(seconds=copied.seconds)
        if copied.image:
            self.there[leg.name] = copied.image
            self.calls.append(self.now)

    def pending(self) -> list[Image]:
        states = [{"Name": "state", "Values": ["pending"]}, {"Name": "name", "Values": ["room-*"]}]
        return list(self.client("ec2", NEAR).describe_images(Owners=["self"], Filters=states)["Images"])


@pytest.fixture
def desk(embedded: Embedded) -> Desk:
    """In an account where nothing is deployed: a table and a key in each of two regions are enough."""
    account = embedded.new_account()
    account.tell("images/hold")
    account.client("dynamodb").create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    for region in (HOME, NEAR):
        kms = account.client("kms", region)
        kms.create_alias(AliasName="alias/goldsmith", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    return Desk(Deployed(embedded, account, {"LedgerName": "ledger"}))


def test_no_more_than_ec2_takes_and_none_faster(desk: Desk):
    desk.at.tell("weather", service="ec2", operation="CopyImage", region=NEAR, effect="throttle", after=1_000_000)
    legs = [desk.leg(Going(desk.at, f"room-{number}").verified()) for number in range(MANY)]
    for _ in range(MOST + 3):
        for leg in legs:
            desk.steps(leg)
        desk.now += timedelta(seconds=1)
    assert len(desk.pending()) == MOST

    for image in desk.pending()[:10]:
        desk.at.tell("images/release", region=NEAR, image_id=image["ImageId"])
        leg = next(each for each in legs if each.name == image["Name"])
        finishing = Finishing(leg=leg, image=desk.there[leg.name], sharing=Sharing())
        Finisher(desk.client, desk.ledger, desk.now).finish(finishing)
    for _ in range(120):  # seconds: who found no room waits longer each time
        for leg in legs:
            desk.steps(leg)
        desk.now += timedelta(seconds=1)

    assert len(desk.there) == len(desk.calls) == MANY
    assert len(set(desk.calls)) == MANY  # no two within a second
    assert len(desk.pending()) == MANY - 10
    (counted,) = desk.at.tell("weather/show")["calls"]
    assert counted["seen"] == MANY  # and none was refused
