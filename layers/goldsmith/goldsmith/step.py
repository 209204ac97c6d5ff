"""What every Lambda function does around its one line of work."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from aws_lambda_powertools import Logger
from pydantic import BaseModel, TypeAdapter, ValidationError

from goldsmith.errors import NeedsAPerson, sort

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
In = TypeVar("In")
Out = TypeVar("Out", bound=BaseModel)


def step(work: Callable[[In], Out]) -> Handler:
    """Turn `work(value) -> value` into a Lambda handler: parse, trace, log once, dump.

    Raises nothing but TryAgain, CannotTell and NeedsAPerson on purpose; anything else is a bug and stays as it is.
    """
    takes: TypeAdapter[In] = TypeAdapter(_type_taken_by(work))
    logger = Logger()

    @wraps(work)
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        given = _without_secrets(event)
        try:
            result = work(takes.validate_python(event)).model_dump(mode="json", by_alias=True)
        except Exception as error:
            logger.exception("step failed", given=given)
            if (sorted_error := _wrong_shape(error) if isinstance(error, ValidationError) else sort(error)) is None:
                raise
            raise sorted_error from None
        logger.info("step done", given=given, result=result)
        return result

    logged: Handler = logger.inject_lambda_context(_traced(handler), clear_state=True)
    return logged


def _wrong_shape(error: ValidationError) -> NeedsAPerson:
    """Where a message is wrong and how, without its values: one of them may be a task token."""
    problems = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors())
    return NeedsAPerson(f"a message of the wrong shape: {problems}")


def _traced(handler: Handler) -> Handler:
    """The X-Ray SDK is in maintenance and takes 0.3 s to import: only Powertools touches it, and only when asked."""
    if os.environ.get("POWERTOOLS_TRACE_DISABLED", "true") == "true":
        return handler
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

    traced: Handler = Tracer().capture_lambda_handler(handler, capture_response=False)
    return traced


def _without_secrets(event: dict[str, Any]) -> dict[str, Any]:
    """A task token lets its reader end the wait, that URL lets him answer CloudFormation: neither goes into a log."""
    return {key: value for key, value in event.items() if key not in {"token", "ResponseURL"}}


def _type_taken_by(work: Callable[[Any], Any]) -> Any:
    hints = get_type_hints(work, include_extras=True)
    return next(hint for name, hint in hints.items() if name != "return")
