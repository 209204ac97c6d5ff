"""`goldsmith apply` against a deployment that answers as a test says."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.recipe.bundle import Bundle
from goldsmith_cli.deployment import Deployment
from goldsmith_cli.main import app
from goldsmith_cli.recipe import apply
from goldsmith_cli.recipe.bundle import bundle
from tests.goldsmith_cli.project import HERE, replace

OUTPUTS = {"RecipesBucket": "recipes", "LedgerName": "ledger"}


@pytest.fixture(autouse=True)
def _deployment(monkeypatch) -> Iterator[None]:
    with mock_aws():
        monkeypatch.setattr(Deployment, "outputs", OUTPUTS)
        boto3.client("s3").create_bucket(Bucket="recipes")
        boto3.client("dynamodb").create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield


def say(detail_type: str, second: int, **detail: Any) -> None:
    """Put an event into the family's history."""
    time = datetime(2026, 11, 23, 12, 0, second, tzinfo=UTC)
    envelope = {"id": detail_type, "source": "goldsmith", "account": "1", "region": "us-east-1", "time": time}
    event = Event.model_validate({**envelope, "detail-type": detail_type, "detail": detail})
    Ledger("ledger", boto3.client("dynamodb")).write_history("family#web", event)


@pytest.fixture
def answered(monkeypatch) -> Callable[..., None]:
    """Makes the deployment say something as soon as the command waits."""

    def answers(*said: tuple[str, int], **detail: Any) -> None:
        def sleep(_: float) -> None:
            for detail_type, second in said:
                say(detail_type, second, **detail)

        monkeypatch.setattr("time.sleep", sleep)

    return answers


def run() -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["apply", str(HERE)])
    return done.exit_code, done.stdout, done.stderr


def uploaded() -> list[str]:
    return [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket="recipes").get("Contents", [])]


def test_an_accepted_recipe_was_uploaded_whole(answered):
    made = bundle(HERE, Path.cwd())
    answered(("Recipe Accepted", 2), family="web", recipeSha=made.sha)
    assert run() == (0, f"web accepted: recipe {made.sha[:12]}, commit unknown\n", "")
    assert uploaded() == [f"incoming/web/{made.sha}.json"]
    body = boto3.client("s3").get_object(Bucket="recipes", Key=uploaded()[0])["Body"].read()
    assert Bundle.model_validate_json(body) == made


def test_a_refused_recipe_is_told_with_every_problem(answered):
    made = bundle(HERE, Path.cwd())
    answered(("Recipe Refused", 2), family="web", recipeSha=made.sha, problems=["one", "two"])
    assert run() == (1, "", "web refused: one\nweb refused: two\n")


def test_only_a_new_answer_to_this_very_recipe_counts(answered):
    made = bundle(HERE, Path.cwd())
    say("Recipe Refused", 1, family="web", recipeSha=made.sha, problems=["long ago"])
    say("Recipe Accepted", 3, family="web", recipeSha="another")
    answered(("Build Requested", 2), ("Recipe Accepted", 2), family="web", recipeSha=made.sha)
    assert run()[0] == 0


def test_silence_is_no_success(monkeypatch):
    monkeypatch.setattr(apply, "PATIENCE", 0)
    code, told, wrong = run()
    assert (code, told) == (2, "")
    assert wrong.startswith("web: no answer within 0 s. The recipe lies in the bucket recipes as incoming/web/")
    assert "docs/operations.md" in wrong


def test_a_recipe_that_is_wrong_is_not_uploaded():
    replace(HERE, "environment: test", "environment: nowhere")
    code, told, wrong = run()
    assert (code, told) == (1, "")
    assert wrong.startswith("recipes/web.yaml:4: environment: nowhere is not known; ")
    assert uploaded() == []
