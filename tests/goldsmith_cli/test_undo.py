"""`goldsmith undo`."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from goldsmith.values.restore import Restored
from goldsmith.vocabulary import EventType
from goldsmith_cli.retire.undo import outcome
from tests.goldsmith_cli.stack import WHO, Stack, run

BACK = {"imageId": "ami-1", "account": "1", "region": "us-east-1", "architecture": "x86_64"}
GONE = {
    "image": {"imageId": "ami-2", "account": "1", "region": "eu-west-1"},
    "error": "not in the Recycle Bin any more",
}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        yield Stack(monkeypatch)


def detail(**more: Any) -> dict[str, Any]:
    return {**WHO, "owner": {}, "reason": "", "images": [BACK], "failures": [], **more}


def test_it_is_asked_for(stack):
    code, told, _ = run("undo", "webapp@2026.11.20", "--reason", "still needed")

    assert (code, len(told)) == (0, 1)
    asked = {**WHO, "reason": "still needed", "until": None, "hold": True}
    assert stack.put == [("Restoration Requested", asked)]


def test_followed_until_all_of_it_is_back(stack):
    stack.say(EventType.IMAGE_RESTORED, detail(images=[]))
    stack.replies = [
        (EventType.RESTORATION_FAILED, detail(by="scream")),
        (EventType.IMAGE_RESTORED, detail()),
    ]

    code, told, _ = run("undo", "webapp@2026.11.20", "--follow")

    assert code == 0
    assert told == ["webapp 2026.11.20 is restored", "  1 us-east-1: ami-1 (x86_64)"]


@pytest.mark.parametrize(
    ("kind", "told", "first"),
    [
        (EventType.IMAGE_RESTORED, {"failures": [GONE]}, "webapp 2026.11.20 is restored in part"),
        (EventType.RESTORATION_FAILED, {"images": [], "failures": [GONE]}, "webapp 2026.11.20 is not restored"),
    ],
)
def test_what_did_not_come_back_is_named(stack, kind, told, first):
    stack.replies = [(kind, detail(**told))]

    code, lines, _ = run("undo", "webapp@2026.11.20", "--follow")

    assert (code, lines[0]) == (1, first)
    assert lines[-1] == "  1 eu-west-1: ami-2 did not come back: not in the Recycle Bin any more"


def test_nothing_was_there_to_bring_back():
    assert list(outcome(Restored.model_validate(detail(images=[])))) == [
        "webapp 2026.11.20 is not restored",
        "  there is nothing to bring back: it was never disabled, or all of it is back already",
    ]
