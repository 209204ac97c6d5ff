"""Variables: what AWS refuses about them when a state machine is created, updated or validated.

The rules are those of the Step Functions Developer Guide, "Passing data between states with variables".  Sibling
scopes may share a name.  The guide gives no error codes: all of these are SCHEMA_VALIDATION_FAILED here.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

RESERVED: Final = "states"
LONGEST_NAME: Final = 80
NO_ASSIGN: Final = ("Succeed", "Fail")
WITH_RESULT: Final = ("Task", "Parallel", "Map")
INNER: Final = ("Branches", "ItemProcessor", "Iterator")
TEXTS: Final = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|/\*.*?\*/", re.DOTALL)
State = dict[str, Any]


def variable_problems(machine: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the variables of a machine whose states are well-formed, as `CODE: text`."""
    yield from (f"SCHEMA_VALIDATION_FAILED: {problem}" for problem in _in_scope(machine, {}, ""))


def _in_scope(machine: dict[str, Any], outer: dict[str, str], path: str) -> Iterator[str]:
    """Problems of one scope, and of those inside it.  `outer` has the names assigned around it, and where."""
    own: dict[str, str] = {}
    for name, state in machine["States"].items():
        at = f"{path}/States/{name}"
        yield from _misplaced(state, at)
        for where, variable in _assigned(state, at):
            own.setdefault(variable, where)
            yield from _bad_name(variable, where)
            if variable in outer:
                yield (
                    f'variable "{variable}", assigned in an inner scope at {where}, has the name of one assigned in an '
                    f"outer scope at {outer[variable]}"
                )
    for name, state in machine["States"].items():
        for inner, where in _machines(state, f"{path}/States/{name}"):
            yield from _in_scope(inner, outer | own, where)


def _machines(state: State, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    for index, branch in enumerate(state.get("Branches", ())):
        yield branch, f"{path}/Branches/{index}"
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield state[field], f"{path}/{field}"


def _ways(state: State, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The state itself, its catchers and its choice rules: where an Assign can stand."""
    yield state, path
    for field in ("Catch", "Choices"):
        for index, way in enumerate(state.get(field, ())):
            yield way, f"{path}/{field}/{index}"


def _assigned(state: State, path: str) -> Iterator[tuple[str, str]]:
    for way, where in _ways(state, path):
        for name in way.get("Assign", ()):
            yield f"{where}/Assign", name.removesuffix(".$")


def _bad_name(variable: str, path: str) -> Iterator[str]:
    """Unicode identifiers (UAX #31, without Python's underscore at the start), at most 80 characters."""
    if not variable.isidentifier() or variable.startswith("_"):
        yield f'"{variable}" is no name of a variable at {path}'
    if len(variable) > LONGEST_NAME:
        yield f"a variable's name has at most {LONGEST_NAME} characters at {path}"
    if variable == RESERVED:
        yield f'the variable "{RESERVED}" is reserved at {path}'


def _misplaced(state: State, path: str) -> Iterator[str]:
    if state["Type"] in NO_ASSIGN and "Assign" in state:
        yield f"{state['Type']} supports no Assign at {path}"
    for way, where in _ways(state, path):
        for field, value in way.items():
            if field in (*INNER, "Catch", "Choices"):
                continue
            used = {name for text in _expressions(value) for name in re.findall(r"\$states\.(\w+)", text)}
            written = field in ("Assign", "Output")
            if "result" in used and not (written and way is state and state["Type"] in WITH_RESULT):
                yield f"$states.result is not accessible at {where}/{field}"
            if "errorOutput" in used and not (written and "/Catch/" in where.removeprefix(path)):
                yield f"$states.errorOutput is not accessible at {where}/{field}"


def _expressions(value: Any) -> Iterator[str]:
    """The JSONata in a value, without its literal strings and comments."""
    if isinstance(value, str) and value.startswith("{%"):
        yield TEXTS.sub("''", value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _expressions(each)
