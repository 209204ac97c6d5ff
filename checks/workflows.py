"""Workflows: variables that Step Functions refuses, errors of Lambda that end a run, and runs that end unreported.

AWS documents the rules in the Step Functions Developer Guide: "Passing data between states with variables" (scopes)
and "Best practices" (transient errors of Lambda).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from checks import reading
from checks.problem import Problem
from checks.reading import Mapping, as_list

TRANSIENT: Final = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
)
INVOKES: Final = re.compile(
    r"arn:[\w-]+:states:::(aws-sdk:)?lambda:invoke(\.\w+)?"  # the integrations
    r"|arn:[\w-]+:lambda:.*|\$\{\w+\}"  # a function's own ARN
)
ANY_ERROR: Final = ["States.ALL"]
TASK_FAILED: Final = "States.TaskFailed"


def check(root: Path) -> Iterator[Problem]:
    """Every variable name used twice, every incomplete Retry and every missing Catch."""
    for path in reading.workflows(root):
        machine, name = reading.workflow(path), str(path.relative_to(root))
        scopes = [*_scopes(machine, "at the top level")]
        problems = [*_variables(scopes), *_retries(scopes), *_catches(machine, scopes)]
        yield from (Problem(name, line, message) for line, message in problems)


Scope = tuple[str, Mapping]
"""Where it is, in words, and the states in it."""
Found = Iterator[tuple[int, str]]


def _scopes(machine: Mapping, where: str) -> Iterator[Scope]:
    """The states of a machine, and those of each Map and Parallel inside it: each has variables of its own."""
    states = machine["States"]
    yield where, states
    for name, state in states.items():
        for index, branch in enumerate(state.get("Branches", ()), 1):
            yield from _scopes(branch, f"in branch {index} of `{name}`")
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                yield from _scopes(state[field], f"in `{name}`")


def _variables(scopes: list[Scope]) -> Found:
    """Step Functions refuses nested scopes that share a name; no two scopes of ours do."""
    first: dict[str, tuple[str, int]] = {}
    for where, states in scopes:
        assigned = [(line, name) for state in states.values() for name, line in _assigned(state)]
        for line, name in sorted(assigned):
            before, line_before = first.setdefault(name, (where, line))
            if before != where:
                yield line, _shared(name, where, before, line_before)


def _shared(name: str, where: str, before: str, line: int) -> str:
    return (
        f"${name} is assigned {where}, and {before} on line {line}: Step Functions refuses a name that an outer "
        "scope assigns too, so each scope of ours has names of its own; rename one of them"
    )


def _assigned(state: Mapping) -> Iterator[tuple[str, int]]:
    """The variables that a state assigns, itself, in its Catch or in its choices, and their lines."""
    for each in (state, *state.get("Catch", ()), *state.get("Choices", ())):
        if "Assign" in each:
            yield from ((name.removesuffix(".$"), line) for name, line in each["Assign"].lines.items())


def _retries(scopes: list[Scope]) -> Found:
    for _, states in scopes:
        for name, state in states.items():
            if not INVOKES.fullmatch(str(state.get("Resource", ""))):
                continue
            if missing := [error for error in TRANSIENT if not _retried(error, state.get("Retry", ()))]:
                yield (
                    _line_of(states, name, "Retry"),
                    (
                        f"`{name}` does not retry {', '.join(missing)}: a transient error of Lambda ends the run; "
                        "add them to its Retry"
                    ),
                )


def _retried(error: str, retriers: Iterable[Mapping]) -> bool:
    """Whether the first retrier that matches the error, which is the one that Step Functions uses, tries again."""
    matching = {error, TASK_FAILED, *ANY_ERROR}
    first = next((each for each in retriers if matching & set(as_list(each["ErrorEquals"]))), None)
    return first is not None and first.get("MaxAttempts") != 0


def _catches(machine: Mapping, scopes: list[Scope]) -> Found:
    """Every Task needs a Catch, and so do the outermost Map and Parallel states, since nothing around them catches."""
    for _, states in scopes:
        catching = {"Task", "Map", "Parallel"} if states is machine["States"] else {"Task"}
        for name, state in states.items():
            caught = [each["ErrorEquals"] for each in state.get("Catch", ())]
            if state["Type"] in catching and caught[-1:] != [ANY_ERROR]:
                yield (
                    _line_of(states, name, "Catch"),
                    (
                        f"`{name}` does not catch every error: an execution that fails there ends with no report; "
                        "end its Catch with ErrorEquals: [States.ALL]"
                    ),
                )


def _line_of(states: Mapping, name: str, field: str) -> int:
    """The line of a state's field, or of the state if it has none."""
    line: int = states[name].lines.get(field, states.lines[name])
    return line
