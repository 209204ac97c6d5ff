"""`goldsmith hold` and `goldsmith release`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from goldsmith.values.restore import HoldChanged, VersionRequest
from goldsmith.vocabulary import EventType
from goldsmith_cli.retire.hold import reached
from tests.goldsmith_cli.stack import WHO, Stack, run

THERE = {"imageId": "ami-1", "account": "1", "region": "us-east-1"}
FAILED = {"image": {"imageId": "", "account": "1", "region": "eu-west-1"}, "error": "the role is gone"}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        yield Stack(monkeypatch)


def held(**more: Any) -> tuple[EventType, dict[str, Any]]:
    return EventType.IMAGE_HELD, {**WHO, "hold": "audit", "images": [THERE], "failures": [], **more}


def test_a_hold_is_asked_for(stack):
    done = run("hold", "webapp@2026.11.20", "--reason", "audit", "--until", "+30d")

    assert done == (
        0,
        ["asked for webapp@2026.11.20; `goldsmith explain webapp@2026.11.20` tells what became of it"],
        [],
    )
    ((kind, detail),) = stack.put
    until = TODAY + timedelta(days=30)
    assert kind == "Hold Requested"
    assert detail == {**WHO, "reason": "audit", "until": until.isoformat(), "hold": True}
    assert VersionRequest.model_validate(detail).until == until


def test_a_hold_without_an_end(stack):
    assert run("hold", "webapp@2026.11.20", "--reason", "audit")[0] == 0
    assert stack.put[0][1] == {**WHO, "reason": "audit", "until": None, "hold": True}


def test_a_release_is_asked_for(stack):
    assert run("release", "webapp@2026.11.20")[0] == 0
    assert stack.put == [("Hold Requested", {**WHO, "reason": "", "until": None, "hold": False})]


def test_today_is_not_past(stack):
    assert run("hold", "webapp@2026.11.20", "--reason", "audit", "--until", str(TODAY))[0] == 0
    assert stack.put[0][1]["until"] == str(TODAY)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--until", "2020-01-01", "--reason", "audit"),
            "goldsmith: 2020-01-01 is past: a hold until then keeps nothing",
        ),
        (
            ("--reason", "2020-01-01 audit"),
            "goldsmith: a reason that begins with a date would be taken for the end of the hold: --until 2020-01-01",
        ),
    ],
)
def test_what_would_keep_nothing_is_refused_in_one_line(stack, arguments, said):
    assert run("hold", "webapp@2026.11.20", *arguments) == (2, [], [said])
    assert stack.put == []


@pytest.mark.parametrize(
    "arguments",
    [("webapp@2026.11.20", "--until", "soon", "--reason", "a"), ("webapp", "--reason", "a"), ("webapp@2026.11.20",)],
    ids=["no day", "no version", "no reason"],
)
def test_what_cannot_be_understood(stack, arguments):
    assert run("hold", *arguments)[0] == 2
    assert stack.put == []


def test_followed_until_it_is_written(stack):
    stack.say(*held(hold="before"))
    stack.replies = [held(hold="", images=[]), held(by="somebody else", images=[]), held()]

    code, told, _ = run("hold", "webapp@2026.11.20", "--reason", "audit", "--follow")

    assert (code, told) == (0, ["webapp 2026.11.20 is held: audit", "  1 us-east-1: ami-1"])


def test_followed_until_it_is_taken_away(stack):
    stack.replies = [held(images=[]), held(hold="")]
    assert run("release", "webapp@2026.11.20", "--follow")[0] == 0


@pytest.mark.parametrize("told", [{"failures": [FAILED]}, {"images": []}])
def test_a_place_that_was_not_reached_and_an_image_that_is_not_there(stack, told):
    stack.replies = [held(**told)]
    assert run("hold", "webapp@2026.11.20", "--reason", "audit", "--follow")[0] == 1


def test_nobody_answers(stack, monkeypatch):
    monkeypatch.setattr("goldsmith_cli.following.PATIENCE_S", 0)

    code, (told,), _ = run("hold", "webapp@2026.11.20", "--reason", "audit", "--follow")

    assert (code, len(stack.put)) == (1, 1)
    assert told.startswith("nobody said what became of webapp@2026.11.20")


def test_what_was_reached_and_what_not():
    def lines(**more: Any) -> list[str]:
        return list(reached(HoldChanged.model_validate(held(**more)[1])))

    assert lines(hold="", failures=[FAILED]) == [
        "webapp 2026.11.20 is not held any more",
        "  1 us-east-1: ami-1",
        "  1 eu-west-1 was not reached: the role is gone",
    ]
    assert lines(images=[]) == ["webapp 2026.11.20: there is no AMI of it in any place of this deployment"]
    assert lines(images=[], failures=[FAILED]) == ["  1 eu-west-1 was not reached: the role is gone"]
