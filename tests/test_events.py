"""Each file below `events/` is a real sample of the trigger that it is named after, and of no other."""

import importlib
import json
import re
from typing import Any, get_type_hints

import pytest
from moto.events.models import EventPattern
from pydantic import TypeAdapter

from tests.deployment import resources
from tests.embedded import ROOT

ACCOUNT, REGION, STACK = "123456789012", "us-east-1", "goldsmith"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::StackName": STACK}
NAMES = {"Recipes": "goldsmith-recipes-1abcdefghijk2"}  # of what CloudFormation names, as it names it
PATHS = sorted((ROOT / "events").glob("*/*.json"))
SAMPLES = {path.stem: json.loads(path.read_text()) for path in PATHS}
OURS, SCHEDULED = "goldsmith", "schedules"  # folders; those of AWS services are in `aws`
CATCH_ALL = {"anything", "tell-owner"}  # hear every event of our own bus, beside the one that acts on it
NOT_OF_AWS = {"ImageAvailable", "LookAround", "RestorationRequested", "HoldRequested"}  # or heard as it comes
QUIET = {"image-age-threshold-reached"}  # of which no owner is told
BESIDE = {"image-available": {"image-state-changed"}}  # an image that somebody waits for may be a stranger's


def dashed(logical_id: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"-\1", logical_id).lower()


def filled(node: Any) -> Any:
    """A pattern with its parameters and references filled in, as CloudFormation would."""
    if isinstance(node, dict) and node.keys() == {"Ref"}:
        return (NAMES | PSEUDO)[node["Ref"]]
    if isinstance(node, dict) and node.keys() == {"Fn::Sub"}:
        return re.sub(r"\$\{([\w:]+)\}", lambda m: PSEUDO[m[1]], node["Fn::Sub"])
    if isinstance(node, dict):
        return {key: filled(value) for key, value in node.items()}
    return [filled(each) for each in node] if isinstance(node, list) else node


def triggers() -> dict[str, tuple[str, dict[str, Any]]]:
    """Function folder and properties of each trigger, by its name."""
    functions = resources("AWS::Serverless::Function").values()
    return {
        dashed(name): (function["CodeUri"], event["Properties"])
        for function in functions
        for name, event in function.get("Events", {}).items()
    }


TRIGGERS = triggers()
RULES = {name: filled(each["Pattern"]) for name, (_, each) in TRIGGERS.items() if "Pattern" in each}
SCHEDULES = {name: json.loads(each["Input"]) for name, (_, each) in TRIGGERS.items() if "Input" in each}


def flat(node: Any) -> Any:
    """An event as EventBridge sees it: a list of objects is an object of lists, which moto's patterns do not know."""
    if isinstance(node, list) and node and all(isinstance(each, dict) for each in node):
        return {key: [each[key] for each in node if key in each] for key in dict.fromkeys(k for e in node for k in e)}
    return {key: flat(value) for key, value in node.items()} if isinstance(node, dict) else node


def matched(event: dict[str, Any], rules: dict[str, Any] = RULES) -> set[str]:
    seen = flat(event)
    return {name for name, pattern in rules.items() if EventPattern.load(json.dumps(pattern)).matches_event(seen)}


def test_every_trigger_has_its_sample():
    assert SAMPLES.keys() == TRIGGERS.keys()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_sample_is_in_the_folder_of_who_sends_it(path):
    source = SAMPLES[path.stem].get("source", SCHEDULED)
    assert path.parent.name == (source if source in {OURS, SCHEDULED} else "aws")


@pytest.mark.parametrize("name", RULES)
def test_a_sample_sets_off_exactly_its_trigger(name):
    heard_by_all = CATCH_ALL if SAMPLES[name]["source"] == "goldsmith" else set()
    if name in QUIET:
        heard_by_all = heard_by_all - {"tell-owner"}
    assert matched(SAMPLES[name]) == {name} | heard_by_all | BESIDE.get(name, set())


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("field", ["source", "detail-type"])
def test_another_source_or_type_does_not(name, field):
    if field in RULES[name] and (name, field) != ("tell-owner", "detail-type"):  # which names what it does not hear
        assert name not in matched(SAMPLES[name] | {field: "something else"})


def test_the_runs_of_other_state_machines_are_none_of_ours():
    event = json.loads(json.dumps(SAMPLES["run-ended"]).replace("goldsmith-", "payroll-"))
    assert matched(event) == set()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_sends_its_sample(name):
    assert SCHEDULES[name] == SAMPLES[name]


@pytest.mark.parametrize("name", TRIGGERS)
def test_its_function_can_read_it(name):
    folder, _ = TRIGGERS[name]
    handler = importlib.import_module(f"{folder.replace('/', '.')}.app").handler
    hints = get_type_hints(handler.__wrapped__, include_extras=True)
    takes = next(hint for argument, hint in hints.items() if argument != "return")

    assert TypeAdapter(takes).validate_python(SAMPLES[name])


def test_regions_forward_what_is_heard():
    """The same patterns in every region as on our bus: less would lose events, more would pay for what nobody hears."""
    rules = resources("AWS::Events::Rule", "region.yaml")
    forwarded = {name: rule["EventPattern"] for name, rule in rules.items()}
    functions = resources("AWS::Serverless::Function")
    hearing = [functions[name]["Events"] for name in ("Resume", "RecordScan", "DetectImage", "Restore")]
    heard = {name: event for events in hearing for name, event in events.items()}
    patterns = {name: event["Properties"].get("Pattern") for name, event in heard.items()}

    assert forwarded == {n: each for n, each in patterns.items() if n not in NOT_OF_AWS}


def test_what_a_region_cannot_forward_lies_in_its_queue():
    (policy,) = resources("AWS::SQS::QueuePolicy", "region.yaml").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    allowed = filled(statement["Condition"]["ArnLike"]["aws:SourceArn"])

    assert allowed == f"arn:aws:events:{REGION}:{ACCOUNT}:rule/*"
    for rule in resources("AWS::Events::Rule", "region.yaml").values():
        (target,) = rule["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["Undelivered", "Arn"]}}


@pytest.mark.parametrize("name", ["recipe-uploaded"])
def test_another_buckets_objects_and_other_keys_are_none_of_ours(name):
    text = json.dumps(SAMPLES[name])
    assert matched(json.loads(text.replace(NAMES["Recipes"], "payroll"))) == set()
    assert matched(json.loads(text.replace("incoming/", "accepted/"))) == set()


def test_tags_that_name_no_family_are_none_of_ours():
    event = json.loads(json.dumps(SAMPLES["tags-written"]).replace("goldsmith:family", "team"))
    assert matched(event) == set()


def test_images_of_other_regions_are_not_noticed():
    assert "image-available" not in matched(SAMPLES["image-available"] | {"region": "eu-west-1"})


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("command-ended", "status", "InProgress"), ("instance-stopped", "state", "stopping")],
)
def test_what_is_still_under_way_ends_no_wait(name, field, value):
    sample = SAMPLES[name]
    assert matched(sample | {"detail": sample["detail"] | {field: value}}) == set()
