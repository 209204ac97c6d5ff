"""A deployment as a command finds it: on moto, with a bus, a ledger and buckets, and somebody who answers."""

import uuid
from datetime import UTC, datetime
from typing import Any, Final

import boto3
import pytest
from typer.testing import CliRunner

from goldsmith.model import Event
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment
from goldsmith_cli.main import app
from tests.act.conftest import new_ledger

ACCOUNT: Final = "123456789012"
REGIONS: Final = ("us-east-1", "eu-west-1")
WHO: Final = {"family": "webapp", "version": "2026.11.20", "by": "person"}
OUTPUTS: Final = {
    "BusName": "goldsmith", "LedgerName": "ledger", "RecipesBucket": "recipes", "EvidenceBucket": "evidence",
}  # fmt: skip


class Stack:
    """What is `put` on the bus is noted; what `replies` says about it is in the ledger at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        described = {
            "Parameters": [{"ParameterKey": "Regions", "ParameterValue": ",".join(REGIONS)}],
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()],
        }
        monkeypatch.setattr(Deployment, "described", described)
        boto3.client("events").create_event_bus(Name="goldsmith")
        self.ledger = new_ledger()
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket="recipes")
        self.s3.put_bucket_versioning(Bucket="recipes", VersioningConfiguration={"Status": "Enabled"})
        self.put: list[tuple[str, dict[str, Any]]] = []
        self.replies: list[tuple[EventType, dict[str, Any]]] = []
        really = Deployment.put

        def put(deployment: Deployment, kind: EventType, detail: dict[str, Any]) -> None:
            really(deployment, kind, detail)
            self.put.append((kind.value, detail))
            for reply, told in self.replies:
                self.say(reply, told)

        monkeypatch.setattr(Deployment, "put", put)

    def say(
        self, kind: EventType, detail: dict[str, Any], at: datetime | None = None, subject: str = "family#webapp"
    ) -> None:
        """Something happened to the family."""
        envelope = {"id": str(uuid.uuid4()), "source": "goldsmith", "account": ACCOUNT, "region": REGIONS[0]}
        event = {**envelope, "time": at or datetime.now(UTC), "detail-type": kind.value, "detail": detail}
        self.ledger.write_history(subject, Event.model_validate(event))


def run(*arguments: str) -> tuple[int, list[str], list[str]]:
    """Exit code, and the lines of stdout and stderr."""
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def register(version: str, region: str, **tags: str) -> str:
    """An AMI of the family, with `stage` and other tags of ours; its id."""
    image: str = boto3.client("ec2", region).register_image(Name=f"webapp-{version}", Architecture="x86_64")["ImageId"]
    every = {"family": "webapp", "version": version, "image": image, "run": "build-webapp-1"} | tags
    written = [{"Key": f"goldsmith:{key.replace('_', '-')}", "Value": value} for key, value in every.items()]
    boto3.client("ec2", region).create_tags(Resources=[image], Tags=written)  # type: ignore[arg-type]
    return image
