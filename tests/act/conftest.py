from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import moto.core.models
import pytest
from moto import mock_aws

from goldsmith.act.run.reap import Reaper
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event, ImageRef, Thing, Wait
from goldsmith.values.reap import Reaped
from goldsmith.vocabulary import Kind

ACCOUNT, REGION = "123456789012", "us-east-1"
MACHINES = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:goldsmith-"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
IMAGE = ImageRef(image_id="ami-0abcdef1234567890", account=ACCOUNT, region=REGION)
THING = Thing(kind=Kind.IMAGE, account=ACCOUNT, region=REGION, id=IMAGE.image_id)

moto.core.models.CallbackResponse = cache(moto.core.models.CallbackResponse)  # thousands for each test, always the same


def asked(event_id: str = "e1", **detail: Any) -> Event:
    """An event that asks for the adoption of IMAGE."""
    return said("Adoption Requested", event_id, image=IMAGE.model_dump(by_alias=True), **detail)


def said(detail_type: str, event_id: str = "e1", **detail: Any) -> Event:
    envelope = {"id": event_id, "source": "goldsmith", "account": ACCOUNT, "region": REGION, "time": NOW}
    return Event.model_validate({**envelope, "detail-type": detail_type, "detail": detail})


def waiting(token: str = "t1", run: str = "adopt-ami-1-1") -> Wait:  # noqa: S107 - a task token of nothing
    return Wait(token=token, run=run, state="Await image", thing=THING)


def client(service: str, region: str) -> Any:
    return boto3.client(service, region)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with mock_aws():
        yield


def new_ledger() -> Ledger:
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return Ledger("ledger", dynamodb)


@pytest.fixture
def ledger() -> Ledger:
    return new_ledger()


@pytest.fixture
def states() -> Any:
    """Step Functions with the adopt workflow: executions start and run until somebody stops them."""
    client = boto3.client("stepfunctions")
    definition = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 9, "End": true}}}'
    client.create_state_machine(
        name="goldsmith-adopt", definition=definition, roleArn="arn:aws:iam::123456789012:role/r"
    )
    return client


@pytest.fixture
def reports() -> list[Reaped]:
    """What the reaper says on the bus."""
    return []


@pytest.fixture
def reaper(ledger: Ledger, states: Any, reports: list[Reaped]) -> Reaper:
    return Reaper(
        ledger=ledger,
        states=states,
        client=client,
        regions=("us-east-1", "eu-west-1"),
        machines=MACHINES,
        report=reports.append,
        now=lambda: NOW,
    )
