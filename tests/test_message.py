"""What owners read: one page for each kind of event, whatever its detail."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.message.compose import LONGEST, LONGEST_SUBJECT, message_of
from goldsmith.message.texts import MEANS
from goldsmith.model import Event
from goldsmith.values.links import decision_key
from goldsmith.vocabulary import EventType, Reason
from tests.embedded import ROOT
from tests.said import NAMED, SAID, THERE

OURS = [json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*/*.json"))]
SAMPLES = [each for each in OURS if each.get("source") == "goldsmith"]
POLICIES = sorted((ROOT / "layers/goldsmith/goldsmith/policy").glob("*.py"))
OF_THE_GATE_AND_THE_AUDIT = {"verify", "claim", "audit"}


def event(kind: str, detail: dict[str, Any]) -> Event:
    base = next(each for each in SAMPLES if each["detail-type"] == "Image Built")
    return Event.model_validate(base | {"detail-type": kind, "detail": detail})


def said(told: Event) -> str:
    message = message_of(told, bucket="evidence", region="us-east-1")
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert 0 < len(message.subject) <= LONGEST_SUBJECT
    assert len(message.text) < LONGEST + 100
    assert len(message.text.encode()) < 256 * 1024
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
    assert 'colour: "green"' in said(event("Image Painted", {"family": "webapp", "images": [], "colour": "green"}))


def test_a_part_of_another_shape_is_told_as_it_is_beside_what_is_known():
    text = said(event("Distribution Failed", {**NAMED, "missing": [{"why": "the key denies"}], "images": [THERE]}))
    assert 'missing: [{"why": "the key denies"}]' in text
    assert "us-east-1: ami-1 (x86_64)" in text


@pytest.mark.parametrize("reason", ["already_running", "no_recipe", "public_not_blocked", "unseen"])
def test_nobody_is_sent_to_do_what_does_not_help(reason):
    verdict = {"allowed": False, "reasons": ["nothing_changed", reason]}
    assert "--again" not in said(event("Build Refused", {"family": "webapp", "decision": {"verdict": verdict}}))


def test_a_frozen_family_says_until_when():
    freezes = [
        {"starts": day, "ends": day, "reason": why} for day, why in (("2026-11-20", "sale"), ("2026-12-24", "-"))
    ]
    decision = {"verdict": {"reasons": ["frozen"]}, "facts": {"freezes": freezes}, "decidedAt": "2026-11-20T12:00:00Z"}
    text = said(event("Build Refused", {"family": "webapp", "decision": decision}))
    assert "frozen until 2026-11-20: sale" in text
    assert "2026-12-24" not in text


def test_a_run_that_left_machines_did_not_end_early():
    text = said(event("Run Ended", {**NAMED, "status": "SUCCEEDED", "instances": ["i-1"]}))
    assert "early" not in text
    assert "again" not in text


def test_a_volume_that_is_still_there_is_told_with_what_ec2_says():
    left = {"volumeId": "vol-9", "region": "eu-west-1", "why": "UnauthorizedOperation: no"}
    text = said(event("Run Ended", {**NAMED, "status": "ABORTED", "undeleted": [left]}))
    assert "could not delete the volume that it had left: vol-9 (eu-west-1): UnauthorizedOperation: no" in text
    assert "A sweep looks again every hour." in text
    assert "What it left behind is ended." not in text


@pytest.mark.parametrize("path", [p for p in POLICIES if p.stem not in OF_THE_GATE_AND_THE_AUDIT], ids=lambda p: p.stem)
def test_each_reason_has_its_words(path):
    assert {Reason[name] for name in re.findall(r"Reason\.(\w+)", path.read_text())} <= MEANS.keys()


@pytest.mark.parametrize(
    "sample", [each for each in OURS if "decision" in each.get("detail", {})], ids=lambda e: e["id"]
)
def test_it_links_to_where_the_decision_is_recorded(sample):
    told = Event.model_validate(sample)
    key = decision_key(told)
    assert key
    assert "evidence" in told.detail or quote(key, safe="") in said(told)


def test_what_is_too_long_keeps_its_end():
    lines = ["x" * 1_000] * 100
    failures = [{"architecture": "x86_64", "cause": "no room", "lastLines": lines, "link": ""}]
    text = said(event("Build Failed", {**NAMED, "failures": failures, "evidence": "builds/webapp-prod"}))
    assert "characters more, which were cut" in text
    assert "goldsmith build webapp-prod" in text
    assert text.endswith("prefix=builds%2Fwebapp-prod%2F\n")


def test_what_a_terminal_or_no_mailbox_takes_is_left_out():
    failures = [{"cause": "no room", "lastLines": ["\x1b[31mE: disk\x1b[0m is\x00full \ud800"]}]
    assert "  | E: disk is?full ?\n" in said(event("Build Failed", {**NAMED, "failures": failures}))


NASTY = "aZ-0{}% \n\r\t\x00\x1b[m\u0085\u2028\xfc\ud800\U0001f600"  # what a mailbox, a format or SNS may not take
LEAF = st.none() | st.booleans() | st.integers() | st.text(NASTY, max_size=9)
JSON = LEAF | st.lists(LEAF | st.dictionaries(st.sampled_from(["cause", "region", "x"]), LEAF), max_size=3)
NAMES = (
    "family", "version", "run", "channel", "owner", "image", "images", "missing", "failures", "objections", "reasons",
    "decision", "cards", "problems", "status", "evidence", "keptUntil", "instances",
)  # fmt: skip


@given(st.sampled_from([*EventType, "Image Painted"]), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_no_detail_is_an_error(kind, detail):
    assert said(event(kind, detail))
