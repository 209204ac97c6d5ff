"""What AWS refuses about variables, when a state machine is created, updated or validated."""

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.workflows import Workflows

END: dict[str, Any] = {"Type": "Pass", "End": True}
TAKE = {"Assign": {"image": 1}}


@pytest.fixture
def flows(embedded: Embedded, account: Account) -> Workflows:
    return Workflows(embedded, account)


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine of these states, one after the other."""
    names = [*states, "Last"]
    nexts = dict(pairwise(names))
    chained = {
        name: state if state["Type"] in ("Choice", "Succeed", "Fail") else state | {"Next": nexts[name]}
        for name, state in states.items()
    }
    return {"QueryLanguage": "JSONata", "StartAt": names[0], "States": chained | {"Last": END}}


def inner(*assigning: dict[str, Any]) -> dict[str, Any]:
    """The machine inside a Map or Parallel: what is assigned there, and in how many states."""
    states = {f"Inner {index}": END | each for index, each in enumerate(assigning)}
    for index in range(len(assigning) - 1):
        states[f"Inner {index}"] = {"Type": "Pass", "Next": f"Inner {index + 1}"} | assigning[index]
    return {"StartAt": "Inner 0", "States": states}


def each(processor: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Map", "Items": [1, 2], "ItemProcessor": processor} | more


def sides(*branches: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": list(branches)} | more


def passes(**more: Any) -> dict[str, Any]:
    return {"Type": "Pass"} | more


def chooses(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Last"} | rule], "Default": "Last"} | more


CATCH = {"ErrorEquals": ["States.ALL"], "Next": "Last"}
INVOKE = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}}
SHARED: dict[str, dict[str, Any]] = {
    "assigned before": machine(A=passes(**TAKE), B=each(inner(TAKE))),
    "assigned after": machine(A=each(inner(TAKE)), B=passes(**TAKE)),
    "by the Map itself": machine(A=each(inner(TAKE), **TAKE)),
    "in a branch": machine(A=sides(inner({}), inner(TAKE)), B=passes(**TAKE)),
    "two scopes further in": machine(A=sides(inner({}), machine(B=each(inner(TAKE)))), C=passes(**TAKE)),
    "in a Catch outside": machine(A=each(inner(TAKE), Catch=[CATCH | TAKE])),
    "in a Catch inside": machine(A=each(machine(B=INVOKE | {"Catch": [CATCH | TAKE]})), C=passes(**TAKE)),
    "in a choice inside": machine(A=each(machine(B=chooses(TAKE))), C=passes(**TAKE)),
    "in a choice outside": machine(A=each(inner(TAKE)), B=chooses(TAKE)),
    "beside a choice inside": machine(A=each(machine(B=chooses({}, **TAKE))), C=passes(**TAKE)),
}
NAMES = ("a b", "a-b", "1a", "", "a.b", "a[0]", "_a", "a" * 81, "states")
MISPLACED: dict[str, dict[str, Any]] = {
    "Assign in a Fail": machine(A=chooses({"Next": "B"}), B={"Type": "Fail", "Error": "e", "Cause": "c"} | TAKE),
    "Assign in a Succeed": machine(A=chooses({"Next": "B"}), B={"Type": "Succeed"} | TAKE),
    "a result in a Pass": machine(A=passes(Output="{% $states.result %}")),
    "a result in Arguments": machine(A=INVOKE | {"Arguments": {"FunctionName": "{% $states.result.name %}"}}),
    "a result in a Catch": machine(A=INVOKE | {"Catch": [CATCH | {"Assign": {"a": ["{% $states.result %}"]}}]}),
    "a result in a Condition": machine(A=chooses({"Condition": "{% $states.result.ok %}"})),
    "an error in Output": machine(A=INVOKE | {"Output": "{% $states.errorOutput.Cause %}"}),
    "an error in a Pass": machine(A=passes(Assign={"error": "{% $states.errorOutput %}"})),
}
GOOD: dict[str, dict[str, Any]] = {
    "siblings share a name": machine(A=each(inner(TAKE)), B=sides(inner(TAKE), inner(TAKE))),
    "one scope assigns it twice": machine(A=passes(**TAKE), B=each(inner({})), C=chooses(TAKE)),
    "inner states assign it twice": machine(A=each(inner(TAKE, TAKE))),
    "names": machine(A=passes(Assign={"größe_1": 1, "a" * 80: 1, "états": 1})),
    "results and errors where they are": machine(
        A=INVOKE
        | {"Assign": {"a": "{% $states.result.Payload %}"}, "Output": "{% $states.result %}"}
        | {"Catch": [CATCH | {"Output": "{% $states.errorOutput %}", "Assign": {"b": "{% $states.errorOutput %}"}}]},
        B=each(inner({}), Output="{% $states.result %}"),
        C=passes(Output="{% 'no $states.result' & /* nor $states.errorOutput */ '.' %}"),
        D=passes(Output="no $states.result"),
    ),
}


def is_refused(flows: Workflows, definition: dict[str, Any], message: str) -> None:
    with pytest.raises(flows.sfn.exceptions.InvalidDefinition, match=message):
        flows.machine(definition)
    told = flows.sfn.validate_state_machine_definition(definition=json.dumps(definition))
    assert told["result"] == "FAIL"
    assert message in told["diagnostics"][0]["message"]


@pytest.mark.contract("definition_checked")
@pytest.mark.parametrize("where", SHARED)
def test_an_inner_scope_cannot_assign_what_an_outer_one_assigns(flows: Workflows, where: str):
    is_refused(flows, SHARED[where], 'variable "image", assigned in an inner scope at /States/')


@pytest.mark.contract("definition_checked")
@pytest.mark.parametrize("name", NAMES)
def test_a_variable_has_the_name_of_an_identifier(flows: Workflows, name: str):
    is_refused(flows, machine(A=passes(Assign={name: 1})), "/States/A/Assign")


@pytest.mark.contract("definition_checked")
@pytest.mark.parametrize("what", MISPLACED)
def test_what_a_state_does_not_have_is_refused(flows: Workflows, what: str):
    is_refused(flows, MISPLACED[what], "accessible at" if "Assign" not in what else "supports no Assign")


@pytest.mark.contract("definition_checked")
def test_an_update_that_shares_a_name_is_refused(flows: Workflows):
    made = flows.machine(machine(A=passes(**TAKE)))

    with pytest.raises(flows.sfn.exceptions.InvalidDefinition, match="inner scope"):
        flows.sfn.update_state_machine(stateMachineArn=made, definition=json.dumps(SHARED["assigned before"]))


@pytest.mark.parametrize("what", GOOD)
def test_what_aws_takes_is_taken(flows: Workflows, what: str):
    assert flows.machine(GOOD[what])


def test_a_name_of_jsonpath_is_meant_without_its_suffix(flows: Workflows):
    written = {"StartAt": "A", "States": {"A": END | {"Assign": {"image.$": "$.image", "count": 1}}}}

    assert flows.machine(written)
