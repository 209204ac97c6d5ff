"""`goldsmith plan retire`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from goldsmith.recipe.bundle import accepted_of
from goldsmith_cli.deployment import Deployment
from tests.goldsmith_cli.stack import Stack, register, run
from tests.recipe_text import bundle_of, recipe_text

OLD, NEW = "2026.01.01", "2026.11.01"
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack(monkeypatch)
        bundle = bundle_of("webapp", recipe_text("webapp", "retirement: {keep: 1}"))
        made.s3.put_object(
            Bucket="recipes", Key=accepted_of("webapp"), Body=bundle.model_dump_json(by_alias=True).encode()
        )
        register(NEW, "us-east-1", stage="released", stage_since=ago(30))
        yield made


def ago(days: int) -> str:
    return (NOW - timedelta(days=days)).isoformat(timespec="seconds")


def rows(lines: list[str]) -> list[list[str]]:
    """The cells of every table."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]


def test_what_comes_when_and_what_it_frees():
    for region in ("us-east-1", "eu-west-1"):
        register(OLD, region, stage="deprecated", stage_since=ago(10))
    ec2 = boto3.client("ec2")
    sizes = [
        disk["Ebs"]["VolumeSize"]
        for image in ec2.describe_images(Owners=["self"])["Images"]
        for disk in image["BlockDeviceMappings"]
    ]

    code, lines, _ = run("plan", "retire", "--date", "+60d", "--price", "0.1")

    gib = sum(sizes)  # of the two in the home region: as much as of the two copies
    assert code == 0
    assert rows(lines) == [
        [str((NOW + timedelta(days=20)).date()), f"webapp@{OLD}", "disable", "2", "", ""],
        [str((NOW + timedelta(days=50)).date()), f"webapp@{OLD}", "deregister", "2", str(gib), f"${gib * 0.1:.2f}"],
        ["all", "", "", "", str(gib), f"${gib * 0.1:.2f}"],
        [f"webapp@{NEW}", "released", "it is among the newest that its recipe keeps"],
        ["", "", "it is the last good one of its family"],
    ]


def test_what_is_held_stays():
    register(OLD, "us-east-1", stage="deprecated", stage_since=ago(90), hold="audit")

    _, lines, _ = run("plan", "retire")

    assert "nothing is due until" in lines[0]
    assert [f"webapp@{OLD}", "deprecated", "somebody holds it"] in rows(lines)
    assert "looked at only by the sweep itself" in " ".join(lines)


def test_what_has_time():
    register(OLD, "us-east-1", stage="deprecated", stage_since=ago(1))
    when = (NOW + timedelta(days=29)).date()
    assert [f"webapp@{OLD}", "deprecated", f"next is disable, not before {when}"] in rows(
        run("plan", "retire", "--date", "+7d")[1]
    )


def test_a_day_that_is_past_is_refused_in_one_line():
    assert run("plan", "retire", "--date", "2020-01-01") == (
        2,
        [],
        ["goldsmith: 2020-01-01 is past: nothing can be planned until then"],
    )


def test_a_region_that_cannot_be_read_is_named(monkeypatch):
    class Denied:
        def client(self, service: str, region_name: str = "") -> object:
            made = boto3.client(service, region_name or None)  # type: ignore[call-overload]
            if service == "ec2" and region_name == "eu-west-1":
                made.meta.events.register("before-call.ec2.DescribeImages", self.refuse)
            return made

        def refuse(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}, "DescribeImages")

    monkeypatch.setattr(Deployment, "session", Denied(), raising=False)
    monkeypatch.setattr(Deployment, "__init__", lambda _self, *_: None)

    code, lines, _ = run("plan", "retire")

    assert code == 2
    assert lines[-1].endswith("eu-west-1 images: ec2:DescribeImages is denied (UnauthorizedOperation)")
