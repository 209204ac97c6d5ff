"""State machines are validated with their substitutions filled in; a diagnostic leads to the line it is about."""

import json
from typing import Any

from aws_check import machines
from aws_check.finding import Finding, Level
from checks.reading import workflows
from tests.aws_check.aws import Answer, Aws
from tests.embedded import ROOT

FINE: dict[str, Any] = {"result": "OK", "diagnostics": []}


def passes(_: dict[str, Any]) -> dict[str, Any]:
    return FINE


def tries(asks: dict[str, Any]) -> dict[str, Any]:
    (trial,) = machines.TRIALS
    assert json.loads(asks["variables"]) == trial.variables
    return {"status": "SUCCEEDED", "output": "{}", "nextState": trial.next}


def look(validate: Answer = passes, test: Answer = tries) -> tuple[list[Finding], Aws]:
    aws = Aws(stepfunctions__ValidateStateMachineDefinition=validate, stepfunctions__TestState=test)
    return list(machines.check(aws.asked(), lambda _: None)), aws


def test_every_workflow_is_validated_as_it_would_be_deployed():
    found, aws = look()

    assert found == []
    sent = [asks["definition"] for name, asks in aws.calls if name.endswith("ValidateStateMachineDefinition")]
    assert len(sent) == len(workflows(ROOT))
    assert all("States" in json.loads(each) and "${" not in each for each in sent)


def test_a_definition_that_step_functions_refuses_is_told_with_its_line():
    machine = next(each for each in machines.machines(Aws().asked()) if each.path == "workflows/build.asl.yaml")
    location = _location_of(machine.definition, "Stop host") + "/Arguments"

    def refuses(asks):
        if "stopInstances" not in asks["definition"]:
            return FINE
        error = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "no", "location": location}
        return {"result": "FAIL", "diagnostics": [error]}

    (found,), _ = look(refuses)

    assert (found.path, found.name, found.level) == ("workflows/build.asl.yaml", location, Level.PROBLEM)
    assert found.said == "SCHEMA_VALIDATION_FAILED: no"
    assert "Arguments: {InstanceIds" in (ROOT / found.path).read_text().splitlines()[found.line - 1]


def _location_of(node: dict[str, Any], state: str, path: str = "") -> str:
    """Where a state is, as Step Functions writes it."""
    for key, each in node.items():
        if key == "States" and state in each:
            return f"{path}/States/{state}"
        if isinstance(each, dict) and (found := _location_of(each, state, f"{path}/{key}")):
            return found
    return ""


def test_a_warning_is_shown_and_is_no_problem():
    warning = {"severity": "WARNING", "code": "W", "message": "perhaps"}
    found, _ = look(lambda _: {"result": "OK", "diagnostics": [warning]})

    assert {each.level for each in found} == {Level.NOTE}
    assert {each.name for each in found} == {"definition"}


def test_a_refusal_without_a_reason_and_one_cut_short_are_problems():
    refused, _ = look(lambda _: {"result": "FAIL", "diagnostics": []})
    cut, _ = look(lambda _: FINE | {"truncated": True})

    assert {each.level for each in (*refused, *cut)} == {Level.PROBLEM}
    assert len(refused) == len(cut) == len(workflows(ROOT))


def test_states_are_never_tried_without_a_mock():
    _, aws = look()

    tried = [asks for name, asks in aws.calls if name.endswith("TestState")]
    assert len(tried) == len(machines.TRIALS)
    assert all("result" in asks["mock"] and "roleArn" not in asks for asks in tried)
    assert all(json.loads(asks["definition"])["QueryLanguage"] == "JSONata" for asks in tried)


def test_a_state_that_fails_or_goes_elsewhere_is_a_problem():
    failed, _ = look(test=lambda _: {"status": "FAILED", "error": "States.QueryEvaluationError", "cause": "no builder"})
    elsewhere, _ = look(test=lambda _: {"status": "SUCCEEDED", "nextState": "Not built"})

    assert [each.said for each in failed] == ["TestState answers FAILED: States.QueryEvaluationError: no builder"]
    assert [each.said for each in elsewhere] == ["goes to Not built, not to Await stop"]
    assert (ROOT / failed[0].path).read_text().splitlines()[failed[0].line - 1].strip() == "Stop host:"
