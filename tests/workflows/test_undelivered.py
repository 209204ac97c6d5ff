"""An event that nobody could take in ends as a message to the platform team."""

import json
from typing import Any

import pytest

from sandbox.deploy import deploy
from sandbox.packaging import ROOT
from tests.embedded import Account, Embedded, eventually
from tests.emulator.queues import Queue, queue
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.refusals import not_invoked


def hears(account: Account, topic: str, name: str) -> Queue:
    """A queue that is subscribed to the topic."""
    region = topic.split(":")[3]
    mail = queue(account, name, "sns", region=region)
    account.client("sns", region).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=mail.arn)
    return mail


def measured(embedded: Embedded, account: Account, region: str) -> dict[str, str]:
    return {each["name"]: each["state"] for each in embedded.tell("measure", account=account.id, region=region)}


def alarm(mail: Queue) -> dict[str, Any]:
    """What the alarm says.  The topic carries what Goldsmith tells the platform team too, as plain text."""

    def told() -> list[dict[str, Any]]:
        texts = [json.loads(each["Body"])["Message"] for each in mail.messages()]
        return [json.loads(text) for text in texts if text.startswith("{")]

    return eventually(told)[0]


def waiting(account: Account, url: str, region: str) -> int:
    asked = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    found = account.client("sqs", region).get_queue_attributes(**asked)["Attributes"]
    return int(found["ApproximateNumberOfMessages"])


def test_the_platform_team_hears_of_an_event_that_no_function_took_in(goldsmith: Deployed):
    account = goldsmith.account
    mail = hears(account, goldsmith.outputs["PlatformTopic"], "undelivered-mail")
    assert set(measured(goldsmith.embedded, account, HOME).values()) == {"OK"}

    goldsmith.put("Adoption Requested", {"image": {}})
    eventually(lambda: waiting(account, goldsmith.outputs["UndeliveredUrl"], HOME))
    measured(goldsmith.embedded, account, HOME)

    told = alarm(mail)
    assert told["NewStateValue"] == "ALARM"
    assert "could not take in an event" in told["AlarmDescription"]
    goldsmith.undelivered()


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("Reap", "ReapSweepRole"),
        ("DetectImage", "DetectImageLookAroundRole"),
        ("RequestMissingCopies", "RequestMissingCopiesCatchUpRole"),
        ("FindDueVersions", "FindDueVersionsDailySweepRole"),
    ],
)
def test_a_schedule_that_cannot_invoke_its_function_leaves_a_message(goldsmith: Deployed, function: str, role: str):
    not_invoked(goldsmith, role, function)

    # The message is the input of the schedule: {"sweep": true} or the like.
    assert eventually(lambda: [each for each in goldsmith.undelivered() if [*each.values()] == [True]])


def test_the_platform_team_hears_of_an_event_that_a_region_could_not_send(embedded: Embedded):
    account, region = embedded.new_account(), "eu-west-1"
    bus = f"arn:aws:events:us-east-1:{account.id}:event-bus/gone"
    template, asked = ROOT / "region.yaml", {"HomeBus": bus, "PlatformMail": "platform@example.com"}
    outputs = deploy(embedded.endpoint, account.id, region, template=template, stack="r", parameters=asked)
    mail = hears(account, outputs["PlatformTopic"], "mail")
    subscribed = account.client("sns", region).list_subscriptions_by_topic(TopicArn=outputs["PlatformTopic"])
    assert "platform@example.com" in {each["Endpoint"] for each in subscribed["Subscriptions"]}
    assert set(measured(embedded, account, region).values()) == {"OK"}

    Deployed(embedded, account, {}).image(region=region)
    eventually(lambda: waiting(account, outputs["UndeliveredUrl"], region))
    measured(embedded, account, region)

    told = alarm(mail)
    assert (told["NewStateValue"], told["Region"]) == ("ALARM", region)
