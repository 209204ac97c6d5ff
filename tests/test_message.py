"""What owners read: one page for each kind of event, whatever its detail."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.message import LONGEST, LONGEST_SUBJECT, message_of
from goldsmith.model import Event
from goldsmith.vocabulary import EventType
from tests.embedded import ROOT

OURS = [json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))]
SAMPLES = [each for each in OURS if each.get("source") == "goldsmith"]
NAMED = {"family": "webapp-prod", "version": "2026.11.20", "run": "distribute-webapp-prod-2026.11.20-1"}
THERE = {"imageId": "ami-1", "account": "1", "region": "us-east-1", "architecture": "x86_64", "name": "webapp"}
ABSENT = {"region": "eu-west-1", "architecture": "x86_64", "error": "NeedsAPerson", "cause": "the key denies"}
SAID: dict[EventType, tuple[dict[str, Any], list[str]]] = {
    EventType.BUILD_FAILED: (
        {
            **NAMED,
            "failures": [
                {
                    "architecture": "x86_64",
                    "error": "NeedsAPerson",
                    "cause": "component nginx on x86_64 did not succeed: exit status 3",
                    "lastLines": ["disk is full", "giving up"],
                    "link": "https://console.example.com/stderr",
                }
            ],
        },
        ["exit status 3", "  | disk is full", "https://console.example.com/stderr", "goldsmith build webapp-prod"],
    ),
    EventType.BUILD_REFUSED: (
        {"family": "webapp-prod", "decision": {"verdict": {"allowed": False, "reasons": ["nothing_changed"]}}},
        ["Why: nothing changed", "--again"],
    ),
    EventType.RECIPE_REFUSED: (
        {"family": "webapp-prod", "problems": ["recipes/webapp-prod.yaml:3: gate.epss: is 2, use 0 to 1"]},
        ["recipes/webapp-prod.yaml:3"],
    ),
    EventType.DISTRIBUTION_FAILED: (
        {**NAMED, "images": [THERE], "missing": [ABSENT], "decision": {"verdict": {"reasons": ["not_arrived"]}}},
        [
            "us-east-1: ami-1 (x86_64)",
            "Not in eu-west-1 (x86_64): the key denies",
            "goldsmith distribute webapp-prod@2026.11.20",
            "decisions%2Fdistribute%2Ffamily%2Fwebapp-prod%2Fdistribute-webapp-prod-2026.11.20-1.json",
        ],
    ),
    EventType.PROMOTION_FAILED: (
        {**NAMED, "channel": "staging", "images": [THERE], "failures": [ABSENT]},
        ["webapp-prod 2026.11.20 staging", "Why (eu-west-1 x86_64): the key denies"],
    ),
    EventType.PROMOTION_REFUSED: (
        {**NAMED, "channel": "staging", "objections": ["it points to 2026.11.21, which is newer"]},
        ["which is newer", "The channel stays as it is."],
    ),
    EventType.RUN_ENDED: (
        {**NAMED, "status": "ABORTED", "error": "", "cause": "stopped by hand", "instances": ["i-1"]},
        ["is ABORTED", "stopped by hand", "ended what it had left: i-1"],
    ),
}


def event(kind: str, detail: dict[str, Any]) -> Event:
    base = next(each for each in SAMPLES if each["detail-type"] == "Image Built")
    return Event.model_validate(base | {"detail-type": kind, "detail": detail})


def said(told: Event) -> str:
    message = message_of(told, bucket="evidence", region="us-east-1")
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert 0 < len(message.subject) <= LONGEST_SUBJECT
    assert len(message.text) < LONGEST + 100
    return f"{message.subject}\n{message.text}"


@pytest.mark.parametrize("kind", SAID)
def test_what_why_and_what_next(kind):
    detail, wanted = SAID[kind]
    text = said(event(kind, detail))
    assert not [each for each in wanted if each not in text], text


@pytest.mark.parametrize("kind", EventType)
def test_every_kind_has_its_own_words(kind):
    text = said(event(kind, NAMED))
    assert text.startswith("webapp-prod 2026.11.20: ")
    assert "{" not in text


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: str(each["detail-type"]))
def test_what_goldsmith_really_says(sample):
    assert len(said(Event.model_validate(sample)).splitlines()) > 3


def test_one_that_nobody_thought_of_is_told_with_what_it_has():
    assert '"colour": "green"' in said(event("Image Painted", {"family": "webapp", "colour": "green"}))


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JSON = LEAF | st.lists(LEAF | st.dictionaries(st.sampled_from(["cause", "region", "x"]), LEAF), max_size=3)
NAMES = (
    "family", "version", "run", "channel", "owner", "image", "images", "missing", "failures", "objections", "reasons",
    "decision", "cards", "problems", "status", "evidence", "keptUntil", "instances",
)  # fmt: skip


@given(st.sampled_from([*EventType, "Image Painted"]), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_no_detail_is_an_error(kind, detail):
    assert said(event(kind, detail))
