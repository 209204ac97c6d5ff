"""Who is told of what, and that nobody is told nothing."""

from typing import Any

import boto3
import pytest

from goldsmith.act.notify import Notifier, name_of
from goldsmith.recipe.bundle import Bundle
from tests.act.conftest import ACCOUNT, REGION, said

TOPICS = f"arn:aws:sns:{REGION}:{ACCOUNT}:goldsmith-"
OWNER = {"team": "db", "email": "db@example.com", "slack": "#db"}


@pytest.fixture
def notifier() -> Notifier:
    s3, sns = boto3.client("s3"), boto3.client("sns")
    s3.create_bucket(Bucket="recipes")
    s3.put_bucket_versioning(Bucket="recipes", VersioningConfiguration={"Status": "Enabled"})
    sns.create_topic(Name="goldsmith-platform")
    return Notifier(sns, s3, "recipes", "evidence", TOPICS)


def accepted(notifier: Notifier, text: str) -> None:
    body = Bundle(path="recipes/webapp.yaml", text=text, commit="abc123", steps=(), tests=()).model_dump_json(
        by_alias=True
    )
    notifier.s3.put_object(Bucket="recipes", Key="accepted/webapp.json", Body=body.encode())


def mailboxes(notifier: Notifier, team: str) -> list[str]:
    found = notifier.sns.list_subscriptions_by_topic(TopicArn=f"{TOPICS}{name_of(team)}")["Subscriptions"]
    return [each["Endpoint"] for each in found]


def test_whom_the_event_names_and_its_mailbox_is_asked(notifier: Notifier):
    assert notifier.notify(said("Build Failed", family="webapp", owner=OWNER)).topic == f"{TOPICS}db"
    assert mailboxes(notifier, "db") == ["db@example.com"]


@pytest.mark.parametrize(
    "owner",
    [None, "db", {}, {"team": "db"}, {"team": 7, "email": "db@example.com", "slack": "#db"}, OWNER | {"email": "db"}],
    ids=str,
)
def test_half_an_owner_is_none_so_the_accepted_recipe_says(notifier: Notifier, owner: Any):
    accepted(notifier, "family: webapp\nowner: {team: web, email: web@example.com, slack: '#web'}\n")  # of older rules
    assert notifier.notify(said("Recipe Refused", family="webapp", owner=owner)).topic == f"{TOPICS}web"


@pytest.mark.parametrize("family", [None, 7, "", "nobodys", "incoming/../x", "x" * 2_000])
def test_what_nobody_owns_is_for_the_platform_team(notifier: Notifier, family: Any):
    assert notifier.notify(said("Build Failed", family=family)).topic == f"{TOPICS}platform"


def test_another_mailbox_is_asked_when_its_recipe_is_accepted(notifier: Notifier):
    notifier.notify(said("Build Failed", owner=OWNER))
    notifier.notify(said("Build Failed", owner=OWNER | {"email": "new@example.com"}))
    assert mailboxes(notifier, "db") == ["db@example.com"]

    notifier.notify(said("Recipe Accepted", owner=OWNER | {"email": "new@example.com"}))

    assert mailboxes(notifier, "db") == ["db@example.com", "new@example.com"]
