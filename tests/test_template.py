"""What the deployment must keep true: nothing forgotten, nothing allowed too much, every workflow valid."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.reading import as_list
from goldsmith.evidence import BASELINE
from goldsmith.run import ASKED_BY
from goldsmith.vocabulary import EventType
from tests.deployment import STACK, STACKS, TEMPLATES, WORKFLOWS, find, resources, strings, template, workflow
from tests.embedded import ROOT

CFN_LINT = ROOT / ".venvs/tools/bin/cfn-lint"
FUNCTIONS = resources("AWS::Serverless::Function")
MACHINES = {each["DefinitionUri"]: each for each in resources("AWS::Serverless::StateMachine").values()}
DESTRUCTIVE = {"ec2:DeregisterImage", "ec2:DeleteSnapshot", "ec2:DisableImage"}


def actions(properties) -> set[str]:
    found = find(properties.get("Policies", []), "Action")
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


def granted(node: Any) -> Iterator[dict[str, Any]]:
    """Every statement, those under a condition too."""
    if isinstance(node, dict) and "Effect" in node:
        yield node
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from granted(each)


def test_every_function_folder_is_deployed():
    folders = {f"functions/{path.parent.name}" for path in ROOT.glob("functions/*/app.py")}
    assert folders == {function["CodeUri"] for function in FUNCTIONS.values()}


def test_a_functions_folder_is_its_resource_in_camel_case():
    folders = {name: function["CodeUri"].removeprefix("functions/") for name, function in FUNCTIONS.items()}
    assert {name: "".join(word.capitalize() for word in folder.split("_")) for name, folder in folders.items()} == {
        name: name for name in folders
    }


def test_every_workflow_file_is_deployed():
    assert {f"workflows/{path.name}" for path in WORKFLOWS} == MACHINES.keys()


def test_every_nested_stack_is_deployed_and_passed_what_it_asks_for():
    nested = {each["Location"]: each["Parameters"].keys() for each in resources(STACK).values()}
    assert nested == {name: template(name)["Parameters"].keys() for name in STACKS}


@pytest.mark.parametrize("name", STACKS)
def test_functions_of_a_nested_stack_are_made_like_all_others(name):
    assert template(name)["Globals"] == template()["Globals"]


@pytest.mark.parametrize("name", STACKS)
def test_no_two_templates_use_one_name(name):
    others = [each for each in ["template.yaml", *STACKS] if each != name]
    assert not template(name)["Resources"].keys() & {
        logical for each in others for logical in template(each)["Resources"]
    }


def test_nothing_may_destroy_an_image_yet():
    every = {**FUNCTIONS, **MACHINES}
    assert not {name: actions(each) & DESTRUCTIVE for name, each in every.items() if actions(each) & DESTRUCTIVE}


def test_no_action_is_a_wildcard():
    assert not {
        action for each in (*FUNCTIONS.values(), *MACHINES.values()) for action in actions(each) if "*" in action
    }


def test_what_decides_holds_no_permission():
    assert "Policies" not in FUNCTIONS["Decide"]
    assert FUNCTIONS["Decide"].get("Events") is None


def test_a_name_holds_a_run_of_each_workflow_that_is_deployed():
    names = {each["Name"]["Fn::Sub"] for each in MACHINES.values()}
    assert names == {f"${{AWS::StackName}}-{verb}" for verb in ASKED_BY.values()}


def test_start_hears_exactly_the_events_that_ask():
    patterns = [event["Properties"]["Pattern"] for event in FUNCTIONS["Start"]["Events"].values()]
    assert {EventType(t) for pattern in patterns for t in pattern["detail-type"]} == ASKED_BY.keys()
    assert all(pattern["source"] == ["goldsmith"] for pattern in patterns)


def test_workflows_report_with_event_types_of_the_vocabulary():
    said = {text for path in WORKFLOWS for text in find(workflow(path), "DetailType")}
    assert said <= set(EventType)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whoever_is_called_by_an_event_loses_none(name):
    function = FUNCTIONS[name]
    if "Events" not in function:
        return
    destination = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": ["Undelivered", "Arn"]}
    rules = [e["Properties"] for e in function["Events"].values() if e["Type"] == "EventBridgeRule"]
    assert all(rule["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["Undelivered", "Arn"]}} for rule in rules)


@pytest.mark.parametrize("uri", MACHINES)
def test_a_workflow_gets_exactly_what_it_asks_for(uri):
    asked = set(re.findall(r"\$\{(\w+)\}", (ROOT / uri).read_text()))
    assert asked == set(MACHINES[uri]["DefinitionSubstitutions"])


def shown(definition: Any, folder: Path, name: str) -> Path:
    """`sam validate --lint` does not open DefinitionUri, so cfn-lint is shown the definition inline."""
    role = "arn:aws:iam::123456789012:role/any"
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": role, "Definition": definition}}
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"Resources": {"Machine": machine}}))
    return file


@pytest.fixture(scope="module")
def linted(tmp_path_factory) -> dict[str, list[str]]:
    """What cfn-lint says of each template and workflow, and of one that is broken; asked once, as it starts slowly."""
    folder = tmp_path_factory.mktemp("linted")
    broken = {"StartAt": "Nowhere", "States": {"A": {"Type": "Succeed"}}}
    files = {name: ROOT / name for name in [*TEMPLATES, "member-account.yaml"]}
    files["broken"] = shown(broken, folder, "broken")
    for path in WORKFLOWS:
        filled = re.sub(
            r"\$\{(\w+)\}", r"arn:aws:lambda:eu-west-1:123456789012:function:\1", json.dumps(workflow(path))
        )
        files[path.name] = shown(json.loads(filled), folder, path.name)
    lint = subprocess.run(
        [CFN_LINT, "--format", "parseable", *files.values()], capture_output=True, text=True, check=False
    )
    assert lint.stderr == ""
    said = lint.stdout.splitlines()
    told = {name: [line for line in said if line.startswith(f"{file}:")] for name, file in files.items()}
    assert sorted(said) == sorted(line for lines in told.values() for line in lines)
    return told


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_valid(path, linted):
    assert linted[path.name] == []


def test_an_invalid_workflow_would_be_noticed(linted):
    assert any("E3601" in line for line in linted["broken"])


@pytest.mark.parametrize("name", [*TEMPLATES, "member-account.yaml"])
def test_cloudformation_accepts_the_template(name, linted):
    assert linted[name] == []


def test_nothing_secret_stands_in_an_environment():
    every = [template(name)["Globals"] for name in ("template.yaml", *STACKS)]
    variables = [v for each in FUNCTIONS.values() for v in find(each, "Variables")] + every
    assert not [t for t in strings(variables) if re.search(r"secret|token|password|webhook", t, re.IGNORECASE)]


def test_evidence_cannot_be_changed():
    evidence = resources("AWS::S3::Bucket")["Evidence"]
    assert evidence["ObjectLockEnabled"] is True
    assert evidence["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == {"Ref": "EvidenceLock"}


BUCKETS = resources("AWS::S3::Bucket")


@pytest.mark.parametrize("name", BUCKETS)
def test_no_bucket_is_open(name):
    blocks = BUCKETS[name]["PublicAccessBlockConfiguration"]
    assert len(blocks) == 4
    assert all(blocks.values())
    assert BUCKETS[name]["BucketEncryption"]
    (policy,) = [p for p in resources("AWS::S3::BucketPolicy").values() if p["Bucket"] == {"Ref": name}]
    denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in [statement["Condition"] for statement in denied]


def test_what_sweeps_read_expires_and_the_baseline_does_not():
    sweeps = BUCKETS["Sweeps"]
    rules = sweeps["LifecycleConfiguration"]["Rules"]
    (expiring,) = [each for each in rules if "ExpirationInDays" in each]
    assert (expiring["Prefix"], expiring["ExpirationInDays"], expiring["Status"]) == ("sweeps/", 30, "Enabled")
    assert not BASELINE.startswith(expiring["Prefix"])
    assert "ObjectLockConfiguration" not in sweeps


def test_a_baseline_that_was_replaced_can_be_read_for_a_month_and_nothing_of_a_sweep_stays_for_ever():
    sweeps = BUCKETS["Sweeps"]
    (replaced,) = [each for each in sweeps["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in each]
    assert sweeps["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (replaced["NoncurrentVersionExpiration"], replaced["Status"]) == ({"NoncurrentDays": 30}, "Enabled")
    assert "Prefix" not in replaced


def test_what_sweeps_read_does_not_lie_in_the_evidence():
    writers = {"FindDueVersions", "ReadInventory", "FactsRetire"}
    written = {
        (name, str(resource))
        for name in writers
        for one in granted(FUNCTIONS[name]["Policies"])
        if "s3:PutObject" in as_list(one["Action"])
        for resource in as_list(one["Resource"])
    }
    assert {name for name, _ in written} == writers
    assert all("Sweeps" in resource for _, resource in written)


def test_only_accept_may_say_which_recipe_a_family_has():
    writers = {
        name
        for name, each in {**FUNCTIONS, **MACHINES}.items()
        for one in granted(each.get("Policies", []))
        if "s3:PutObject" in str(one["Action"]) and "Recipes" in str(one["Resource"])
    }
    assert writers == {"AcceptRecipe"}


def test_what_stays_is_made_only_where_no_image_can_be_public():
    """What a refused deployment had already made with DeletionPolicy Retain would stay behind."""
    every = [template(name)["Resources"] for name in ("template.yaml", *STACKS)]
    kept = {name: r for each in every for name, r in each.items() if r.get("DeletionPolicy") == "Retain"}
    assert kept
    assert {each.get("DependsOn") for each in kept.values()} == {"AccountBlocksPublicImages"}
