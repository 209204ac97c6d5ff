"""Every event reaches its owner, as a message."""

import json
from itertools import count
from typing import Any

import pytest

from goldsmith.act.notify import name_of
from tests.embedded import eventually
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.going import Going
from tests.workflows.needs_notify import NEEDS, OWNER, tell
from tests.workflows.refusals import Case, is_told, words

NUMBERS = count(1)


class Mailbox:
    """What arrives at the topic of a team."""

    def __init__(self, at: Deployed, team: str) -> None:
        self.sqs, sns = at.client("sqs"), at.client("sns")
        name = f"mail-{next(NUMBERS)}"
        queue = f"arn:aws:sqs:{HOME}:{at.account.id}:{name}"
        self.topic = sns.create_topic(Name=f"goldsmith-{name_of(team)}")["TopicArn"]
        allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [allowed | {"Resource": queue}]}
        self.url = self.sqs.create_queue(QueueName=name, Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=queue)

    def one(self, about: str) -> dict[str, Any]:
        """The first message about this family."""

        def found() -> list[dict[str, Any]]:
            got = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
            bodies = [json.loads(each["Body"]) for each in got]
            return [each for each in bodies if about in each["Message"]]

        return eventually(found)[0]


def test_the_owner_that_the_event_names(breakable: Deployed):
    mail = Mailbox(breakable, OWNER["team"])

    tell(breakable, "named", owner=OWNER)

    told = mail.one("named")
    assert told["Subject"] == "named 2026.11.20: the build failed"
    assert "Why (x86_64): no room" in told["Message"]
    values = {name: each["Value"] for name, each in told["MessageAttributes"].items()}
    assert values == {"event": "Build Failed", "family": "named"}


def test_the_owner_in_the_recipe_of_its_family(breakable: Deployed):
    mail = Mailbox(breakable, "web")
    Going(breakable, "owned").recipe()

    tell(breakable, "owned")

    assert "owned 2026.11.20: the build failed" in mail.one("owned")["Message"]


def test_the_platform_team_hears_of_what_nobody_owns(breakable: Deployed):
    mail = Mailbox(breakable, "platform")

    tell(breakable, "nobodys")

    assert mail.one("nobodys")["TopicArn"] == breakable.outputs["PlatformTopic"]


def test_a_topic_is_made_when_there_is_first_something_to_tell(breakable: Deployed):
    sns, owner = breakable.client("sns"), OWNER | {"team": f"Team {next(NUMBERS)}"}
    arn = f"arn:aws:sns:{HOME}:{breakable.account.id}:goldsmith-{name_of(owner['team'])}"
    assert arn not in [each["TopicArn"] for each in sns.list_topics()["Topics"]]

    tell(breakable, "new", owner=owner)

    eventually(lambda: arn in [each["TopicArn"] for each in sns.list_topics()["Topics"]])
    (subscription,) = eventually(lambda: sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"])
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", owner["email"])


def test_a_new_mailbox_is_asked_too(breakable: Deployed):
    owner = OWNER | {"team": f"Team {next(NUMBERS)}", "email": "new@example.com"}
    sns, arn = breakable.client("sns"), Mailbox(breakable, owner["team"]).topic

    breakable.put("Recipe Accepted", {"family": "new", "recipeSha": "1", "owner": owner})

    def mailboxes() -> list[str]:
        return [each["Endpoint"] for each in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]]

    eventually(lambda: "new@example.com" in mailboxes())


def test_whose_mailbox_cannot_be_asked_is_told_through_the_platform_team(breakable: Deployed):
    mail, owner = Mailbox(breakable, "platform"), OWNER | {"team": f"Team {next(NUMBERS)}"}
    with breakable.weather(service="sns", operation="Subscribe", effect="fail", code="InvalidParameter"):
        tell(breakable, "unasked", owner=owner)

        assert "unasked 2026.11.20: the build failed" in mail.one("unasked")["Message"]


def test_busy_once_it_arrives_all_the_same(breakable: Deployed):
    mail = Mailbox(breakable, OWNER["team"])
    with breakable.weather(service="sns", operation="Publish", effect="throttle", times=4):
        tell(breakable, "busy", owner=OWNER)

        assert mail.one("busy")


def test_what_cannot_be_told_is_not_lost(breakable: Deployed):
    breakable.undelivered()
    with breakable.weather(service="sns", operation="Publish", effect="fail", code="AuthorizationError"):
        tell(breakable, "unheard", owner=OWNER)

        def lies_there() -> list[str]:
            letters = [each["requestPayload"]["detail"] for each in breakable.undelivered() if "requestPayload" in each]
            return [each["family"] for each in letters if each.get("family") == "unheard"]

        assert eventually(lies_there)


@pytest.mark.parametrize(
    ("team", "name"),
    [
        ("web", "web"),
        ("web-2", "web-2"),
        ("Web platform", "web-platform-"),
        ("网", ""),
        ("WEB", "web-"),
        ("a_b", "a-b-"),
    ],
)
def test_no_two_teams_share_a_topic(team, name):
    assert name_of(team).startswith(name)
    assert name_of(team) == team or len(name_of(team)) == len(name) + 8


@pytest.mark.parametrize("case", NEEDS, ids=words)
def test_a_permission_taken_away_is_named(breakable: Deployed, case: Case):
    is_told(breakable, case, lambda: NEEDS[case](breakable), goes_on=lambda: None)
