import json
from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.workflows import Workflows

GOOD: dict[str, Any] = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
TO_NOWHERE = {"Type": "Pass", "Next": "Nowhere"}


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


@pytest.mark.contract("definition_checked")
@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("StartAt: A", "INVALID_JSON_DESCRIPTION"),
        ("[]", "no JSON object"),
        (GOOD | {"StartAt": "B"}, "StartAt"),
        (GOOD | {"States": {}}, "empty"),
        (GOOD | {"States": {"A": TO_NOWHERE}}, "Nowhere"),
        (GOOD | {"States": {"A": {"Type": "Sleep", "End": True}}}, "Sleep"),
        (GOOD | {"States": {"A": {"Type": "Pass"}}}, "Next and End"),
        (GOOD | {"States": GOOD["States"] | {"B": {"Type": "Pass", "End": True}}}, "not reachable"),
        (GOOD | {"States": {"A": {"Type": "Choice", "Choices": [], "Default": "Nowhere"}}}, "Nowhere"),
        (GOOD | {"States": {"A": {"Type": "Pass", "Catch": [{"Next": "Nowhere"}], "End": True}}}, "Nowhere"),
        (
            GOOD | {"States": {"A": {"Type": "Parallel", "End": True, "Branches": [GOOD | {"StartAt": "B"}]}}},
            "Branches/0",
        ),
        (GOOD | {"States": {"A": {"Type": "Wait", "Seconds": "soon", "End": True}}}, "SCHEMA_VALIDATION_FAILED"),
        (
            GOOD | {"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ec2:fly", "End": True}}},
            "fly",
        ),
        (
            GOOD | {"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:no:go", "End": True}}},
            "not recognized",
        ),
    ],
)
def test_a_definition_that_cannot_run_is_refused(flows: Workflows, definition: object, message: str):
    text = definition if isinstance(definition, str) else json.dumps(definition)

    with pytest.raises(flows.sfn.exceptions.InvalidDefinition, match=message):
        flows.machine(text)
    assert flows.sfn.validate_state_machine_definition(definition=text)["result"] == "FAIL"


@pytest.mark.contract("definition_checked")
def test_an_update_is_checked_too(flows: Workflows):
    machine = flows.machine(GOOD)

    with pytest.raises(flows.sfn.exceptions.InvalidDefinition):
        flows.sfn.update_state_machine(stateMachineArn=machine, definition="{}")

    assert json.loads(flows.sfn.describe_state_machine(stateMachineArn=machine)["definition"]) == GOOD
    assert flows.sfn.validate_state_machine_definition(definition=json.dumps(GOOD))["result"] == "OK"


@pytest.mark.contract("literal_strings")
def test_literal_strings_mean_what_json_says(flows: Workflows):
    words = 'a "quote", a \\ and a / and \u00fc'
    machine = GOOD | {"States": {"A": {"Type": "Fail", "Error": words, "Cause": words}}}

    ended = flows.run(machine)

    assert (ended["error"], ended["cause"]) == (words, words)


@pytest.mark.contract("definite_paths")
def test_a_definite_path_gives_one_value(flows: Workflows):
    machine = GOOD | {"States": {"A": {"Type": "Pass", "OutputPath": "$.images[0].id", "End": True}}}

    assert flows.output(machine, value={"images": [{"id": "ami-1"}]}) == "ami-1"


@pytest.mark.contract("parser_scopes")
def test_a_refused_definition_leaves_the_next_one_alone(flows: Workflows):
    fly = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ec2:fly", "End": True}
    with pytest.raises(flows.sfn.exceptions.InvalidDefinition, match="fly"):
        flows.machine(GOOD | {"QueryLanguage": "JSONata", "States": {"A": fly}})

    machine = GOOD | {"States": {"A": {"Type": "Pass", "Parameters": {"id.$": "$.image"}, "End": True}}}

    assert flows.output(machine, value={"image": "ami-1"}) == {"id": "ami-1"}
