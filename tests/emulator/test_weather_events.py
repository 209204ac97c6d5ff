import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import Account, Embedded, eventually

LAST = "last"


@pytest.fixture
def heard(account: Account) -> Callable[[], list[str]]:
    """What came out of the default bus, in order, up to and without a `last` event put by this function."""
    sqs, events = account.client("sqs"), account.client("events")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow | {"Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["goldsmith"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])
    got: list[str] = []

    def listen() -> list[str]:
        put(account, LAST)
        got.clear()

        def receive() -> bool:
            for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
                got.append(json.loads(message["Body"])["detail"]["image"])
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return LAST in got

        eventually(receive)
        return got[: got.index(LAST)]

    return listen


def put(account: Account, *images: str, detail_type: str = "Image Built") -> None:
    entries = [
        {"Source": "goldsmith", "DetailType": detail_type, "Detail": json.dumps({"image": image})} for image in images
    ]
    answer = account.client("events").put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 0


def rule(embedded: Embedded, account: Account, **fields: Any) -> None:
    embedded.tell("weather/events", **{"account": account.id, "detail": {"image": "ami-1"}} | fields)


Heard = Callable[[], list[str]]


def test_fair_weather(account: Account, heard: Heard):
    put(account, "ami-1", "ami-2")

    assert heard() == ["ami-1", "ami-2"]


@pytest.mark.contract("event_weather")
def test_an_event_is_lost(embedded: Embedded, account: Account, heard: Heard):
    rule(embedded, account, effect="lose", times=1)

    put(account, "ami-1", "ami-2", "ami-1")

    assert heard() == ["ami-2", "ami-1"]  # once


@pytest.mark.contract("event_weather")
def test_an_event_is_doubled(embedded: Embedded, account: Account, heard: Heard):
    rule(embedded, account, effect="double")

    put(account, "ami-1", "ami-2")

    assert heard() == ["ami-1", "ami-1", "ami-2"]
    (shown,) = embedded.tell("weather/show", account=account.id)["events"]
    assert (shown["seen"], shown["struck"]) == (1, 1)


@pytest.mark.contract("event_weather")
@pytest.mark.parametrize(("order", "released"), [("held", ["ami-1", "ami-2"]), ("reversed", ["ami-2", "ami-1"])])
def test_events_are_held_until_released(
    embedded: Embedded, account: Account, heard: Heard, order: str, released: list[str]
):
    rule(embedded, account, effect="hold", detail={}, detail_type="Image Built", times=2)
    put(account, "ami-1", "ami-2", "ami-3")
    assert [held["detail"]["image"] for held in embedded.tell("weather/show", account=account.id)["held"]] == [
        "ami-1",
        "ami-2",
    ]

    answer = embedded.tell("weather/release", account=account.id, order=order)

    assert [held["detail"]["image"] for held in answer] == released
    assert heard() == ["ami-3", *released]
    assert embedded.tell("weather/release", account=account.id) == []


@pytest.mark.contract("event_weather")
def test_events_come_newest_first(embedded: Embedded, account: Account, heard: Heard):
    rule(embedded, account, effect="reverse", source="goldsmith", detail={}, times=3)

    put(account, "ami-1", "ami-2", "ami-3", "ami-4")

    assert heard() == ["ami-3", "ami-2", "ami-1", "ami-4"]


@pytest.mark.parametrize(
    "narrow",
    [{"source": "aws.ec2"}, {"detail_type": "Other"}, {"region": "eu-west-1"}, {"bus": "own"}, {"detail": {"size": 1}}],
)
def test_a_rule_leaves_alone_what_it_does_not_name(
    embedded: Embedded, account: Account, heard: Heard, narrow: dict[str, Any]
):
    rule(embedded, account, **{"effect": "lose"} | narrow)

    put(account, "ami-1")

    assert heard() == ["ami-1"]
    assert embedded.tell("weather/show", account=account.id)["events"][0]["seen"] == 0


@pytest.mark.contract("event_weather")
def test_weather_is_that_of_any_bus_and_lasts(embedded: Embedded, account: Account):
    account.client("events").create_event_bus(Name="own")
    rule(embedded, account, effect="hold", detail={})

    for bus in ("own", "default", "own"):
        entry = {"Source": "goldsmith", "DetailType": "Image Built", "Detail": "{}", "EventBusName": bus}
        account.client("events").put_events(Entries=[entry])

    assert len(embedded.tell("weather/show", account=account.id)["held"]) == 3


def test_clearing_loses_what_is_held(embedded: Embedded, account: Account, heard: Heard):
    rule(embedded, account, effect="hold")
    put(account, "ami-1")

    assert len(embedded.tell("weather/clear", account=account.id)["held"]) == 1

    assert embedded.tell("weather/release", account=account.id) == []
    assert heard() == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"effect": "reverse"}, "times"), ({"detail-type": "x"}, "detail-type"), ({"times": 0}, "times")],
)
def test_a_rule_that_makes_no_sense_is_refused(embedded: Embedded, account: Account, wrong: dict[str, Any], why: str):
    with pytest.raises(ValueError, match=why):
        rule(embedded, account, **{"effect": "lose"} | wrong)
