"""Definitions: what AWS refuses at creation is refused at creation, and string literals mean what JSON says."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions as states
from moto.stepfunctions.parser.asl.antlt4utils.antlr4utils import from_string_literal
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import json_path

from emulator.gateway.answers import Answer
from emulator.gateway.patching import patch, replace, replace_everywhere
from emulator.states.program import program
from emulator.states.variables import variable_problems

TYPES: Final = ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
NO_NEXT: Final = ("Choice", "Succeed", "Fail")
LONGEST_NAME: Final = 80
DEFINITE: Final = re.compile(r"\$(\.[A-Za-z_][\w-]*|\[\d+\]|\['[^']*'\])*")
Data = dict[str, Any]


@patch("anything is accepted as a definition, and fails when it runs")
def definition_checked() -> None:
    def checking(accept: Any) -> Any:
        def check(data: Data) -> Answer:
            found = problems(data["definition"]) if "definition" in data else []
            answer: Answer = _refusal(found) if found else accept(data)
            return answer

        return check

    replace(states, "_create_state_machine", checking)
    replace(states, "_update_state_machine", checking)
    replace(states, "_validate_state_machine_definition", lambda _: _validate)


def _refusal(found: list[str]) -> Answer:
    answer: Answer = error_response_json("InvalidDefinition", f"Invalid State Machine Definition: '{'; '.join(found)}'")
    return answer


def _validate(data: Data) -> Answer:
    found = problems(data["definition"])
    diagnostics = [{"severity": "ERROR", "code": each.split(":")[0], "message": each} for each in found]
    answer: Answer = json_response(
        {"result": "FAIL" if found else "OK", "diagnostics": diagnostics, "truncated": False}
    )
    return answer


def problems(definition: str) -> list[str]:
    """What is wrong with a definition, as `CODE: text`."""
    try:
        machine = json.loads(definition)
    except ValueError as error:
        return [f"INVALID_JSON_DESCRIPTION: {error}"]
    if not isinstance(machine, dict):
        return ["SCHEMA_VALIDATION_FAILED: the definition is no JSON object"]
    if found := [*_machine_problems(machine, "")] or [*variable_problems(machine)]:
        return found
    try:
        program(definition)
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its visitors raise
        return [f"SCHEMA_VALIDATION_FAILED: {error}"]
    return []


def _machine_problems(machine: dict[str, Any], path: str) -> Iterator[str]:
    inside, start = machine.get("States"), machine.get("StartAt")
    if not isinstance(inside, dict) or not inside:
        yield f"SCHEMA_VALIDATION_FAILED: States is missing or empty at {path}/"
        return
    if start not in inside:
        yield f'MISSING_TRANSITION_TARGET: StartAt "{start}" is no state at {path}/StartAt'
    reached = {start}.union(*(_targets(state) for state in inside.values()))
    for name, state in inside.items():
        yield from _state_problems(name, state, inside, f"{path}/States/{name}")
        if name not in reached:
            yield f'MISSING_TRANSITION_TARGET: State "{name}" is not reachable. at {path}/States/{name}'


def _state_problems(name: str, state: Any, siblings: dict[str, Any], path: str) -> Iterator[str]:
    kind = state.get("Type") if isinstance(state, dict) else None
    if kind not in TYPES:
        yield f'SCHEMA_VALIDATION_FAILED: "{kind}" is no type of state at {path}/Type'
        return
    if len(name) > LONGEST_NAME:
        yield f"SCHEMA_VALIDATION_FAILED: a state's name has at most {LONGEST_NAME} characters at {path}"
    if kind not in NO_NEXT and ("Next" in state) == (state.get("End") is True):
        yield f"SCHEMA_VALIDATION_FAILED: one of Next and End is needed at {path}"
    for target in sorted(_targets(state) - siblings.keys()):
        yield f'MISSING_TRANSITION_TARGET: Next "{target}" is no state at {path}'
    yield from _inner_problems(state, path)


def _inner_problems(state: dict[str, Any], path: str) -> Iterator[str]:
    for index, branch in enumerate(state.get("Branches", [])):
        yield from _machine_problems(branch, f"{path}/Branches/{index}")
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield from _machine_problems(state[field], f"{path}/{field}")


def _targets(state: Any) -> set[str]:
    """The names a state can go to next."""
    if not isinstance(state, dict):
        return set()
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {way[key] for way in ways for key in ("Next", "Default") if key in way}


@patch("all parsers share one stack of query languages: a refused or a concurrent definition changes the next one's")
def parser_scopes() -> None:
    def with_own(initialise: Any) -> Any:
        def own(self: Any) -> None:
            initialise(self)
            self._query_language_per_scope = []

        return own

    replace(Preprocessor, "__init__", with_own)


@patch("escapes in literal strings stay escaped: a quote in Assign arrives with its backslash")
def literal_strings() -> None:
    def reading(original: Any) -> Any:
        def read(parser_rule_context: Any) -> Any:
            text = parser_rule_context.getText()
            return json.loads(text) if text[:1] == text[-1:] == '"' else original(parser_rule_context)

        return read

    replace(Preprocessor, "_inner_string_of", lambda original: staticmethod(reading(original)))
    replace_everywhere("moto.stepfunctions", from_string_literal.__name__, reading)


@patch("`$.list[0].name` gives a list of one")
def definite_paths() -> None:
    def extracting(extract: Any) -> Any:
        def extract_one(path: str, data: Any) -> Any:
            value = extract(path, data)
            if not isinstance(value, list) or not DEFINITE.fullmatch(path):
                return value
            [match] = json_path.parse(path).find(data)
            return match.value

        return extract_one

    replace_everywhere("moto.stepfunctions", "extract_json", extracting)
