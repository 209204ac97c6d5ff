"""What the demo promises is checked on what was read back: each promise broken in turn is told."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from demo.facts import FULL, QUIET, broken
from sandbox.deploy import REGIONS
from tests.demo_check import faults
from tests.deployment import resources
from tests.workflows.recipes import TAGS

Facts = dict[str, Any]


def image(name: str) -> Facts:
    tags = dict.fromkeys(FULL, "x") | {"goldsmith:version": "2026.11.20", "goldsmith:image": name}
    return {"image_id": name, "state": "available", "encrypted": True, "tags": tags, "snapshot_tags": [dict(tags)]}


GOOD: Facts = {
    "family": "webapp-prod",
    "version": "2026.11.20",
    "stage": "released",
    "regions": {region: image(f"ami-{region}") for region in REGIONS},
    "channels": {"staging": {region: f"ami-{region}" for region in REGIONS}},
    "instances_left": 0,
    "events": [
        {"detail_type": "Image Built"},
        {"detail_type": "Image Promoted"},
        {"detail_type": "Image Superseded", "detail": {"version": "2026.11.13"}},
    ],
    "notifications": [{"event": "Image Promoted", "text": "…"}, {"event": "Image Built", "text": "…"}],
    "stages": [{"name": verb, "seconds": 1.5} for verb in ("build", "verify", "distribute", "promote", "retire")],
    "versions": {"2026.10.16": "superseded", "2026.11.13": "superseded", "2026.11.20": "released"},
    "leaving": [
        {
            "version": "2026.10.16",
            "announced": "2026-11-20",
            "on": "2027-01-12",
            "copies": {
                region: {"image_id": f"ami-{region}", "state": "available", "stage": "superseded"}
                for region in ("us-east-1", "eu-west-1")
            },
            "days": {"deprecate": "2027-01-12", "disable": "2027-02-11", "deregister": "2027-03-13"},
        }
    ],
}


def leaves(facts: Facts) -> Facts:
    """The old version."""
    first: Facts = facts["leaving"][0]
    return first


def here(facts: Facts) -> Facts:
    """Its copy at home."""
    copy_: Facts = leaves(facts)["copies"]["us-east-1"]
    return copy_


BREAKS: dict[str, Callable[[Facts], object]] = {
    "stage is verified": lambda facts: facts.update(stage="verified"),
    "eu-west-1 has no AMI": lambda facts: facts["regions"].pop("eu-west-1"),
    "AMI is pending": lambda facts: facts["regions"]["us-east-1"].update(state="pending"),
    "not encrypted": lambda facts: facts["regions"]["us-east-1"].update(encrypted=False),
    "goldsmith:owner are missing": lambda facts: facts["regions"]["us-east-1"]["tags"].pop("goldsmith:owner"),
    "goldsmith:arch are missing": lambda facts: facts["regions"]["eu-west-1"]["snapshot_tags"][0].pop("goldsmith:arch"),
    "no snapshot": lambda facts: facts["regions"]["us-east-1"].update(snapshot_tags=[]),
    "another version": lambda facts: facts["regions"]["us-east-1"]["tags"].update({"goldsmith:version": "1"}),
    "a snapshot has other tags": lambda facts: facts["regions"]["us-east-1"]["tags"].update({"goldsmith:owner": "y"}),
    "staging does not point": lambda facts: facts["channels"]["staging"].pop("us-east-1"),
    "2 instances": lambda facts: facts.update(instances_left=2),
    "1} untold": lambda facts: facts["notifications"].pop(),
    "1} too many": lambda facts: facts["events"].pop(0),
    "nobody said that 2026.11.13 is superseded": lambda facts: facts["events"].pop(),
    "no retirement was announced": lambda facts: facts["leaving"].clear(),
    "the oldest version is not among those": lambda facts: leaves(facts).update(version="2026.11.13"),
    "2026.11.13 is distributed": lambda facts: facts["versions"].update({"2026.11.13": "distributed"}),
    "us-east-1 has it deprecated": lambda facts: here(facts).update(stage="deprecated"),
    "superseded and disabled": lambda facts: here(facts).update(state="disabled"),
    "it is in us-east-1": lambda facts: leaves(facts)["copies"].pop("eu-west-1"),
    "it is in eu-west-1": lambda facts: leaves(facts)["copies"].pop("us-east-1"),
    "told 2027-01-13, and it is due on 2027-01-12": lambda facts: leaves(facts).update(on="2027-01-13"),
    "its steps to come are deprecate, disable": lambda facts: leaves(facts)["days"].pop("deregister"),
    "its days are in no order": lambda facts: leaves(facts)["days"].update(disable="2027-03-13"),
    "2026.10.16: its days are in no order": lambda facts: leaves(facts).update(announced="2027-01-12"),
}


def test_all_is_as_promised():
    assert not list(broken(GOOD, REGIONS))
    assert FULL == TAGS


def test_what_no_owner_is_told_is_what_the_template_leaves_out():
    (rule,) = [
        event["Properties"]["Pattern"]["detail-type"]
        for function in resources("AWS::Serverless::Function").values()
        for name, event in function.get("Events", {}).items()
        if name == "TellOwner"
    ]
    (left_out,) = [each["anything-but"] for each in rule]
    assert set(left_out) == QUIET


@pytest.mark.parametrize("told", BREAKS)
def test_a_broken_promise_is_told(told):
    facts = copy.deepcopy(GOOD)
    BREAKS[told](facts)

    assert told in "\n".join(broken(facts, REGIONS))


def test_the_file_that_it_writes_is_as_promised(tmp_path):
    assert not faults(_written(tmp_path, GOOD), "")
    assert faults(_written(tmp_path, GOOD), ".2") == ["the version is 2026.11.20, which does not end with .2"]


@pytest.mark.parametrize(
    "breaks",
    [
        *BREAKS.values(),
        lambda facts: facts.pop("channels"),
        lambda facts: facts["regions"].update({"eu-south-1": facts["regions"]["us-east-1"]}),
        lambda facts: facts["regions"]["us-east-1"].pop("encrypted"),
        lambda facts: facts["stages"].pop(),
        lambda facts: facts.update(instances_left=None),
        lambda facts: facts["notifications"][0].update(text=""),
        lambda facts: facts.pop("leaving"),
        lambda facts: facts["versions"].update({"2026.11.13": "deregistered"}),
        lambda facts: leaves(facts)["days"].update(deprecate="in a month"),
    ],
)
def test_a_file_that_is_not_as_promised_is_refused(breaks, tmp_path):
    facts = copy.deepcopy(GOOD)
    breaks(facts)

    assert faults(_written(tmp_path, facts), "")


def _written(folder, facts: Facts):
    path = folder / "demo.json"
    path.write_text(json.dumps(facts))
    return path
