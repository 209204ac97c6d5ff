"""`goldsmith explain` of what is on its way out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from goldsmith.message.texts import MEANS
from goldsmith.policy import retain
from goldsmith.vocabulary import EventType, Reason
from goldsmith_cli.retire.way_out import RELEASES
from tests.goldsmith_cli.stack import ACCOUNT, Stack, register, run

AGO = datetime.now(UTC) - timedelta(days=10)
OLD, NEW = "2026.01.01", "2026.11.01"


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        yield Stack(monkeypatch)


def leaving(region: str = "us-east-1", **tags: str) -> str:
    return register(OLD, region, **{"stage": "deprecated", "stage_since": AGO.isoformat(timespec="seconds"), **tags})


def decided(*reasons: str, **more: Any) -> dict[str, Any]:
    verdict = {"allowed": not reasons, "reasons": list(reasons)}
    told = {"run": "retire-sweep-1", "family": "webapp", "version": OLD, "step": "disable"}
    return {**told, "images": [], "failures": [], "objections": [], "decision": {"verdict": verdict}, **more}


def test_where_it_stands_in_every_region_and_what_comes_next():
    home, away = leaving(), leaving("eu-west-1", hold="audit")
    for version in (NEW, "2026.11.02", "2026.11.03"):
        register(version, "us-east-1", stage="released")

    code, lines, _ = run("explain", f"webapp@{OLD}")

    since = f"deprecated since {AGO:%Y-%m-%d %H:%M:%S} UTC"
    assert code == 0
    assert lines[:2] == [f"us-east-1: {home} (): {since}", f"eu-west-1: {away} (): {since}"]
    assert lines[3:] == [
        "On its way out:",
        f"  deprecated: next is disable, not before {AGO + timedelta(days=30):%Y-%m-%d}",
        "    kept now: somebody holds it",
        "    kept now: its owner has no mailbox that was confirmed, so nobody would know",
        "  hold in eu-west-1: audit",
        "  no sweep has decided on it yet",
        "What would release it:",
        f"  held: goldsmith release webapp@{OLD}, or the end of the hold",
        "  nobody told: a recipe of its family is accepted, and its owner's mailbox confirmed",
        "",
    ]


def test_what_is_among_the_newest_has_no_next_step():
    leaving()
    register(NEW, "us-east-1", stage="released")

    _, lines, _ = run("explain", f"webapp@{OLD}")

    assert lines[3:5] == [
        "  deprecated: no step comes next",
        "    kept now: it is among the newest that its recipe keeps",
    ]
    assert "  among newest: newer versions are good, or the recipe's retirement.keep is less" in lines


def test_the_last_decision_with_all_that_was_objected(stack):
    leaving()
    stack.say(EventType.IMAGE_DEPRECATED, decided(step="deprecate"), AGO)
    told = decided("in_use", "used_elsewhere", objections=["instance i-1: runs it", "account 2 uses ami-1"])
    stack.say(EventType.IMAGE_KEPT, told, AGO + timedelta(days=1))

    _, lines, _ = run("explain", f"webapp@{OLD}")

    at = lines.index(
        f"  {AGO + timedelta(days=1):%Y-%m-%d %H:%M:%S} UTC Image Kept (disable), decided by retire-sweep-1"
    )
    assert lines[at + 1 : at + 5] == [
        "    in use: something refers to it",
        "    used elsewhere: another account uses it",
        "    instance i-1: runs it",
        "    account 2 uses ami-1",
    ]
    assert "  used elsewhere: the other account launches another image" in lines
    assert f"{AGO:%Y-%m-%d %H:%M:%S} Image Deprecated" in lines


def test_a_version_that_stays_says_nothing_of_a_way_out():
    register(NEW, "us-east-1", stage="released")
    code, lines, _ = run("explain", f"webapp@{NEW}")
    assert (code, lines[1:]) == (0, [""])


def test_what_is_gone_is_told_by_its_history(stack):
    stack.say(EventType.IMAGE_DEREGISTERED, decided(step="deregister"), AGO)

    code, lines, _ = run("explain", f"webapp@{OLD}")

    assert code == 0
    assert lines[0] == "It has no AMI in this account any more."
    assert "  it is in no stage from which a sweep takes a step" in lines


@pytest.mark.parametrize("option", [(), ("--region", "eu-west-1")])
def test_an_ami_is_known_by_its_tags(option):
    code, lines, _ = run("explain", leaving("eu-west-1"), *option)
    assert (code, lines[0]) == (0, f"webapp@{OLD}")


def test_an_ami_that_is_gone_is_known_by_what_was_said_of_it(stack):
    stack.say(EventType.IMAGE_DEREGISTERED, decided(), AGO)
    stack.say(EventType.IMAGE_DEREGISTERED, decided(), AGO, subject=f"{ACCOUNT}#eu-west-1#ami-0abcdef1234567890")

    assert run("explain", "ami-0abcdef1234567890")[1][0] == f"webapp@{OLD}"
    assert run("explain", "ami-0abcdef1234567890", "--region", "us-east-1")[0] == 1


def test_what_nobody_heard_of():
    assert run("explain", "webapp@2020.01.01")[0] == 1
    assert run("explain", "ami-0abcdef1234567890")[:2] == (
        1,
        ["Goldsmith never heard of ami-0abcdef1234567890 in us-east-1, eu-west-1"],
    )


def test_every_reason_of_a_sweep_is_explained():
    sources = ("retain", "announce", "deprecate", "disable", "deregister", "supersede", "postpone")
    folder = Path(retain.__file__).parent
    written = "".join((folder / f"{each}.py").read_text() for each in sources)
    used = {each for each in Reason if f"Reason.{each.name}" in written}
    assert used <= RELEASES.keys()
    assert used <= MEANS.keys()
