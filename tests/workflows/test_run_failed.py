"""A run that cannot go on is reported once, leaves nothing, and can be asked for again, whatever its workflow."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from checks.workflows import TRANSIENT
from goldsmith.vocabulary import Verb
from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.deployed import Deployed
from tests.workflows.going import HOME_ONLY, Going
from tests.workflows.verifying import Version

CAUSE: Final = "Lambda was out of order"
FOR_GOOD: Final = {"effect": "fail", "code": "AWSLambdaException", "message": CAUSE}
ONLY_COUNTED: Final = {"effect": "throttle", "after": 1_000_000}


@dataclass(frozen=True)
class Asked:
    """Something that a workflow is asked to do: `ask` asks for it."""

    word: str
    ask: Callable[[], object]


def adopt(at: Deployed) -> Asked:
    image = at.image().becomes("available")
    return Asked(image.id, image.ask)


def build(at: Deployed) -> Asked:
    """One that fails at its first component, so that its builder is still there when the run fails."""
    family = Family(at).accepted().scripted("update", {"status": "Failed", "exit": 1})
    return Asked(family.name, family.ask)


def verify(at: Deployed) -> Asked:
    version = Version(at).recipe(tests=("boot",)).candidate()
    return Asked(version.name, version.verify)


def distribute(at: Deployed) -> Asked:
    going = Going(at).recipe(HOME_ONLY).verified()
    return Asked(going.name, going.go)


def promote(at: Deployed) -> Asked:
    going = Going(at).recipe(HOME_ONLY).verified(stage="distributed")
    return Asked(going.name, lambda: going.go("Image Distributed"))


def retire(at: Deployed) -> Asked:
    return Asked("sweep", lambda: at.put("Image Age Threshold Reached", {"batch": "sweeps/due/none.json"}))


FAILS: Final[dict[Verb, tuple[Callable[[Deployed], Asked], str]]] = {  # and which function fails
    Verb.ADOPT: (adopt, "-Decide-"),
    Verb.BUILD: (build, "-Decide-"),
    Verb.VERIFY: (verify, "-FactsVerify-"),
    Verb.DISTRIBUTE: (distribute, "-PlanDistribute-"),
    Verb.PROMOTE: (promote, "-Decide-"),
    Verb.RETIRE: (retire, "-FactsRetire"),
}


@pytest.mark.parametrize("error", TRANSIENT)
def test_an_adoption_survives_each_transient_error_of_lambda_in_each_of_its_tasks(breakable: Deployed, error: str):
    image = breakable.image().becomes("available")
    for function in ("-Watch-", "-FactsAdopt-", "-Decide-", "-ApplyAdopt-"):
        once = {"match": {"FunctionName": function}, "times": 1, "code": error.removeprefix("Lambda.")}
        breakable.tell("weather", service="lambda", operation="Invoke", effect="fail", **once)

    image.ask().adopted()

    assert [rule["struck"] for rule in breakable.tell("weather/clear")["calls"]] == [1, 1, 1, 1]


@pytest.mark.parametrize("verb", FAILS)
def test_it_is_reported_once_leaves_nothing_and_can_be_asked_for_again(breakable: Deployed, verb: Verb):
    of, function = FAILS[verb]
    asked = of(breakable)
    breakable.tell("weather", service="lambda", operation="Invoke", match={"FunctionName": function}, **FOR_GOOD)
    report = {"service": "events", "operation": "PutEvents", "principal": "ReapRole"}
    breakable.tell("weather", **report, match={"Entries": f"{verb}-{asked.word}-"}, **ONLY_COUNTED)

    asked.ask()
    ended = eventually(lambda: failed(breakable, verb, f"{verb}-{asked.word}-"))
    run = ended["name"]
    eventually(lambda: reaped(breakable, run) >= 2)  # when the workflow said so, and when the execution had failed

    _, reports = breakable.tell("weather/clear")["calls"]
    (told,) = eventually(lambda: run_ended(breakable, run))
    assert reports["seen"] == 1
    assert (told["status"], told["error"], told["cause"]) == ("FAILED", ended["error"], ended["cause"])
    assert ended["error"] == "Lambda.AWSLambdaException"
    assert CAUSE in ended["cause"]
    assert len(told["instances"]) == (verb is Verb.BUILD)
    assert not machines(breakable, run)
    assert not [item for item in breakable.items() if item["pk"].startswith(("wait#", "run")) and run in str(item)]
    asked.ask()
    eventually(lambda: f"{run.removesuffix('1')}2" in runs(breakable, verb))


# ── what is seen ──


def runs(at: Deployed, verb: Verb) -> dict[str, str]:
    machine = f"{at.outputs['StateMachines']}{verb}"
    found = at.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return {each["name"]: each["executionArn"] for each in found}


def failed(at: Deployed, verb: Verb, begins: str) -> dict[str, Any]:
    """The first attempt, once it has failed."""
    described = [
        at.client("stepfunctions").describe_execution(executionArn=arn)
        for name, arn in runs(at, verb).items()
        if name.startswith(begins)
    ]
    return next((each for each in described if each["status"] == "FAILED"), {})


def run_ended(at: Deployed, run: str) -> list[dict[str, Any]]:
    told = [json.loads(item["detail"])["detail"] for item in at.items() if item.get("type") == "Run Ended"]
    return [detail for detail in told if detail["run"] == run]


def reaped(at: Deployed, run: str) -> int:
    """How often the reaper has come to its end with this run."""
    asked = {"logGroupName": at.outputs["LogGroup"], "filterPattern": '"reaped"'}
    pages = at.client("logs").get_paginator("filter_log_events").paginate(**asked)
    lines = [json.loads(event["message"]) for page in pages for event in page["events"]]
    results = [line["result"]["reaped"] for line in lines if "reaped" in line.get("result", {})]
    return sum(each["run"] == run for result in results for each in result)


def machines(at: Deployed, run: str) -> list[str]:
    alive = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}
    filters = [{"Name": "tag:goldsmith:run", "Values": [run]}, alive]
    found = at.client("ec2").describe_instances(Filters=filters)["Reservations"]
    return [instance["InstanceId"] for each in found for instance in each["Instances"]]
