import json
import re
from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.workflows import Workflows, only

SHA_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
QUOTED = 'say "hi" \\ \u00e9'


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def passing(expression: str) -> dict[str, Any]:
    return only({"Type": "Pass", "Output": f"{{% {expression} %}}"})


@pytest.mark.contract("jsonata_expressions")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1..5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$hash('a', 'SHA-256')", SHA_OF_A),
        ("$random(3) = $random(3)", True),
        ("$length($uuid())", 36),
        ("$uuid() = $uuid()", False),
        ("""$parse('{"a": [1]}')""", {"a": [1]}),
        ("$states.input.none", None),
        ("$exists($states.input.none)", True),
        ("[$states.input.images.id]", ["ami-1"]),
        ("$states.input.text & '!'", QUOTED + "!"),
        ("10 / 4 + 7.5", 10),
        ("$states.context.Execution.Input.text", QUOTED),
    ],
)
def test_expressions(flows: Workflows, expression: str, value: object):
    given = {"none": None, "images": [{"id": "ami-1"}], "text": QUOTED}

    assert flows.output(passing(expression), value=given) == value


@pytest.mark.contract("jsonata_expressions")
@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ("$states.input.missing", "returned nothing"),
        ("$eval('1')", r"\$eval"),
        ("1 + 'a'", "T2002"),
        ("$hash('a', 'CRC')", "algorithm"),
        ("function($x){$x}", "unsupported result type"),
        ("$error('my words')", "my words"),
    ],
)
def test_what_does_not_evaluate_is_a_query_evaluation_error(flows: Workflows, expression: str, cause: str):
    ended = flows.run(passing(expression))

    assert ended["error"] == "States.QueryEvaluationError"
    assert re.search(cause, ended["cause"])


@pytest.mark.contract("literal_strings")
@pytest.mark.contract("jsonata_expressions")
@pytest.mark.contract("assigned_variables_in_history")
def test_variables_keep_their_quotes(flows: Workflows):
    states = {
        "Keep": {"Type": "Pass", "Assign": {"literal": QUOTED, "given": "{% $states.input %}"}, "Next": "Tell"},
        "Tell": {"Type": "Pass", "Output": "{% [$literal, $given] %}", "End": True},
    }
    execution = flows.start({"QueryLanguage": "JSONata", "StartAt": "Keep", "States": states}, value=QUOTED)

    assert json.loads(flows.ended(execution)["output"]) == [QUOTED, QUOTED]
    exited = next(event for event in flows.history(execution) if event["type"] == "PassStateExited")
    assigned = exited["stateExitedEventDetails"]["assignedVariables"]
    assert {name: json.loads(text) for name, text in assigned.items()} == {"literal": QUOTED, "given": QUOTED}


def test_a_task_catches_its_query_evaluation_error(flows: Workflows):
    states = {
        "Do": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity",
            "Arguments": {"X": "{% $states.input.missing %}"},
            "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": True},
    }
    machine = {"QueryLanguage": "JSONata", "StartAt": "Do", "States": states}

    assert flows.output(machine) == "States.QueryEvaluationError"


def test_jsonpath_states_have_variables_too(flows: Workflows):
    states = {
        "Keep": {"Type": "Pass", "Assign": {"kept.$": "$.images"}, "Next": "Tell"},
        "Tell": {"Type": "Pass", "Parameters": {"first.$": "$kept[0].id"}, "End": True},
    }

    assert flows.output({"StartAt": "Keep", "States": states}, value={"images": [{"id": QUOTED}]}) == {"first": QUOTED}
