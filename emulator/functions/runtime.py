"""What runs inside a Lambda worker, in the bare interpreter: it knows the standard library alone.

Its standard input brings one JSON document a line, first the set-up, then one per invocation; the answers leave on a
pipe of their own.  Standard output and error are the log; the end of an
invocation's log is marked by a line of its own, so that nobody has to wait and see whether more comes.
"""

import decimal
import importlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

Handler = Callable[[Any, Any], Any]


class StartError(Exception):
    """The handler could not be had; `kind` is Lambda's name for why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Context:
    """What a Python function gets as its second argument."""

    identity = None
    client_context = None

    def __init__(self, call: dict[str, Any]) -> None:
        environment = os.environ
        self.aws_request_id: str = call["request_id"]
        self.invoked_function_arn: str = call["arn"]
        self.function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline: float = call["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.time()) * 1000))


class RequestIdFilter(logging.Filter):
    """Lambda's log lines carry the request they belong to."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return True


def log_as_lambda_does() -> RequestIdFilter:
    to_log, add_id = logging.StreamHandler(sys.stdout), RequestIdFilter()
    text = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    text.converter = time.gmtime
    to_log.setFormatter(text)
    to_log.addFilter(add_id)
    logging.getLogger().addHandler(to_log)
    return add_id


def load(handler: str) -> Handler:
    """The function that `module.name` means; StartError as Lambda's Python runtime reports it."""
    module_path, _, name = handler.rpartition(".")
    if not module_path:
        raise StartError("Runtime.MalformedHandlerName", f"Bad handler '{handler}': not enough values to unpack")
    module_name = module_path.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise StartError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise StartError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    if not hasattr(module, name):
        raise StartError("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    found: Handler = getattr(module, name)
    return found


def as_number(value: object) -> float:
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def failure(error: BaseException) -> dict[str, Any]:
    """An error as the caller of a Python function gets it: its type is the name of the exception's class."""
    kind = error.kind if isinstance(error, StartError) else type(error).__name__
    frames = [] if isinstance(error, StartError) else traceback.extract_tb(error.__traceback__)[1:]
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": traceback.format_list(frames)}


def report(error: BaseException) -> dict[str, Any]:
    answer = failure(error)
    lines = [f"[ERROR] {answer['errorType']}: {answer['errorMessage']}"]
    if answer["stackTrace"]:
        lines += ["Traceback (most recent call last):", *(line.rstrip("\n") for line in answer["stackTrace"])]
    sys.stdout.write("\n".join(lines) + "\n")
    return answer


def invoke(handler: Handler, call: dict[str, Any]) -> dict[str, Any]:
    """One invocation, as the answer to send: what the handler returned, or the error it raised."""
    os.environ.pop("_X_AMZN_TRACE_ID", None)
    if call["trace_id"]:
        os.environ["_X_AMZN_TRACE_ID"] = call["trace_id"]
    try:
        result = handler(call["event"], Context(call))
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its answer
        return {"error": report(error)}
    try:
        return {"result": json.loads(json.dumps(result, default=as_number))}
    except (TypeError, ValueError) as error:
        return {"error": report(StartError("Runtime.MarshalError", f"Unable to marshal response: {error}"))}


def live_in(environment: dict[str, str]) -> None:
    """Nothing of the environment of the process that this one was forked from stays."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(Path(environment["LAMBDA_TASK_ROOT"]))


def start(setup: dict[str, Any]) -> tuple[Handler | None, dict[str, Any]]:
    sys.path[:0] = setup["path"]
    try:
        return load(setup["handler"]), {}
    except Exception as error:  # noqa: BLE001 - whatever happens at import is the answer to every invocation
        return None, {"error": report(error)}


def main(answers: int) -> None:
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    setup = json.loads(requests.readline())
    live_in(setup["environment"])
    log_lines = log_as_lambda_does()
    handler, answer = start(setup)
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        while True:
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(1, f"{setup['mark']}\n".encode())
            out.write(json.dumps(answer) + "\n")
            out.flush()
            line = requests.readline()
            if not line or handler is None:
                return
            call = json.loads(line)
            log_lines.request_id = call["request_id"]
            answer = invoke(handler, call)
