"""Which role acts in which state of which workflow, and where its refusal leads: read from what is deployed."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.reading import as_list
from tests.deployment import WORKFLOWS, resources, states, workflow

FUNCTIONS = resources("AWS::Serverless::Function")
MACHINES = resources("AWS::Serverless::StateMachine")


@dataclass(frozen=True)
class Acting:
    """States that are alike here, in whatever workflow, treat a refusal alike: one case stands for all of them."""

    role: str  # its logical id: that of the function which the state invokes, or else of the workflow
    deed: str  # the state's name if it invokes a function, or else the API that it calls
    catches: tuple[str, ...]  # the states that its catchers lead to


def acting() -> dict[str, Acting]:
    """By state, as `build/Launch host`; without the states of functions that hold no permission."""
    return dict(_acting())


def _acting() -> Iterator[tuple[str, Acting]]:
    for path in WORKFLOWS:
        (logical,) = [each for each, made in MACHINES.items() if made["DefinitionUri"] == f"workflows/{path.name}"]
        invoked = MACHINES[logical]["DefinitionSubstitutions"]
        for name, state in states(workflow(path)):
            if state["Type"] != "Task":
                continue
            catches = tuple(each["Next"] for each in as_list(state.get("Catch", [])))
            deed, place = state["Resource"].split(":::")[-1], f"{path.name.split('.')[0]}/{name}"
            if not deed.startswith("lambda:"):
                yield place, Acting(f"{logical}Role", deed, catches)
                continue
            function = invoked[state["Arguments"]["FunctionName"].strip("${}")]["Fn::GetAtt"][0]
            if "Policies" in FUNCTIONS[function]:
                yield place, Acting(f"{function}Role", name, catches)
