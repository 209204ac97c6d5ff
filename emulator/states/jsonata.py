"""JSONata in states, by jsonata-python: variables are bound as values, with the functions that Step Functions adds."""

import json
from typing import Any

import jsonata
from ministack.services import stepfunctions as states
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from emulator.gateway.patching import patch, replace


class QueryError(ValueError):
    """An expression that does not evaluate to a JSON value."""


@patch("no JSONata evaluator; variables are pasted into the text; $uuid and $hash are placeholders; $eval is allowed")
def jsonata_expressions() -> None:
    def evaluate_state(self: Any, env: Any) -> None:
        store = env.variable_store
        bindings = {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}
        try:
            env.stack.append(evaluate(self.expression, bindings))
        except QueryError as error:
            raise _query_failed(env, str(error)) from error

    replace(StringJSONata, "_eval_body", lambda _: evaluate_state)
    replace(StringVariableSample, "_eval_body", lambda _: evaluate_state)


def evaluate(expression: str, bindings: dict[str, Any]) -> Any:
    """The JSON value of `expression`; QueryError if there is none."""
    try:
        plain = json.loads(to_json_str(bindings))
        bound = {name: jsonata.utils.Utils.NULL_VALUE if value is None else value for name, value in plain.items()}
        value = _parsed(expression).evaluate(None, bound)
        exists = value is not None or _parsed(f"$exists(({expression}))").evaluate(None, bound)
    except Exception as error:  # whatever the evaluator raises is the author's error
        code = getattr(error, "error", None)
        raise QueryError(f"{code}: {error}" if code else str(error)) from error
    if not exists:
        raise QueryError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    try:
        return json.loads(json.dumps(value, allow_nan=False), parse_float=_number)
    except (TypeError, ValueError) as error:
        raise QueryError(f"The JSONata expression '{expression}' returned an unsupported result type.") from error


def _parsed(expression: str) -> Any:
    parsed = jsonata.Jsonata.jsonata(expression)
    states._register_sfn_jsonata_functions(parsed)
    parsed.register_lambda("eval", _refuse_eval)
    return parsed


def _refuse_eval(*_: Any) -> None:
    raise ValueError("T1006: Attempted to invoke a non-function: Step Functions has no $eval, use $parse")


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _query_failed(env: Any, cause: str) -> Exception:
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause, state=env.next_state_name)
    event = EventDetails(evaluationFailedEventDetails=details)
    failure: Exception = FailureEventException(FailureEvent(env, name, HistoryEventType.EvaluationFailed, event))
    return failure


@patch("the history shows assigned strings with their quotes unescaped")
def assigned_variables_in_history() -> None:
    def assigned(self: Any) -> dict[str, str]:
        return {name: to_json_str(self.get(name), separators=(",", ":")) for name in self._declaration_tracing}

    replace(VariableStore, "get_assigned_variables", lambda _: assigned)
