"""One invocation of a Lambda function: it waits for a place, runs in a warm worker, and answers as Lambda does."""

import contextlib
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc

from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace
from emulator.gateway.settling import counting

Record = dict[str, Any]
PLACES: Final = max(4, 2 * (os.cpu_count() or 2))


class Places:
    """At most so many invocations run at a time; the others queue, where a throttle would fail them.

    A function that is invoked by a running function takes no place: its caller holds one until it answers.
    """

    def __init__(self, places: int) -> None:
        self._free = threading.Semaphore(places)
        self.count = places
        self.queued = 0
        self.running: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def taken(self, session: str) -> Iterator[None]:
        """`session`: the ARN as which the invoked function calls AWS."""
        nested = iam_evaluator.caller_arn() in +self.running
        if not nested:
            self._wait()
        with self._lock:
            self.running[session] += 1
        try:
            yield
        finally:
            with self._lock:
                self.running[session] -= 1
            if not nested:
                self._free.release()

    def _wait(self) -> None:
        if self._free.acquire(blocking=False):
            return
        with self._lock:
            self.queued += 1
        self._free.acquire()
        with self._lock:
            self.queued -= 1


PLACE: Final = Places(PLACES)


@command("functions")
def functions(_: dict[str, Any]) -> dict[str, int]:
    """How many invocations may run at a time, run now, and wait for a place."""
    return {"places": PLACE.count, "running": sum(PLACE.running.values()), "queued": PLACE.queued}


def execute(func: Record, event: Any, request_id: str) -> Record:
    """Run one invocation in a free worker, or in a new one, and give back the emulator's record of it."""
    config = func.get("config") or func
    session = f"{config['Role'].rpartition('/')[2]}/{config['FunctionName']}"
    with PLACE.taken(f"arn:aws:sts::{config['Role'].split(':')[4]}:assumed-role/{session}"):
        worker = _worker(config, func["code_zip"])
        started = time.monotonic()
        try:
            answer = worker.invoke(
                event,
                request_id,
                trace_id=lambda_svc._xray_trace_id_for_invocation(config),
                invoked_function_arn=config["FunctionArn"],
            )
        finally:
            lambda_runtime.release_worker(worker)
    milliseconds = 1000 * (time.monotonic() - started)
    return _record(answer, request_id) | _log(answer["log"], config, request_id, milliseconds)


def _worker(config: Record, code: bytes) -> Any:
    with counting(on=False):
        lambda_svc._ensure_reaper_thread()
    version = config.get("Version") or "$LATEST"
    worker, _ = lambda_runtime.acquire_worker(config["FunctionName"], config, code, qualifier=version)
    return worker


def _record(answer: Record, request_id: str) -> Record:
    if "error" not in answer:
        return {"body": answer["result"]}
    error = dict(answer["error"])
    if error["errorType"] in {"Sandbox.Timedout", "Runtime.ExitError"}:
        error["errorMessage"] = f"RequestId: {request_id} {error['errorMessage']}"
    else:
        error["requestId"] = request_id
    return {"body": error, "error": True, "function_error": "Unhandled"}


def _log(lines: list[str], config: Record, request_id: str, milliseconds: float) -> Record:
    """The log of the call, with the lines that Lambda writes around it: for the log group and for `LogResult`."""
    report = {
        "REPORT RequestId": request_id,
        "Duration": f"{milliseconds:.2f} ms",
        "Billed Duration": f"{math.ceil(milliseconds)} ms",
        "Memory Size": f"{config.get('MemorySize') or 128} MB",
    }
    start = f"START RequestId: {request_id} Version: {config.get('Version') or '$LATEST'}"
    end = [f"END RequestId: {request_id}", "\t".join(f"{name}: {value}" for name, value in report.items())]
    return {"log": "\n".join([start, *lines, *end]), "log_source": "rie"}


@patch("every error is a Runtime.HandlerError without a stack, a worker is thrown away for it, calls are not limited")
def lambda_invocations() -> None:
    def make(original: Any) -> Any:
        def execute_warm(func: Record, event: Any, request_id: str) -> Record:
            runtime = str((func.get("config") or func).get("Runtime", ""))
            return (execute if runtime.startswith("python") else original)(func, event, request_id)

        return execute_warm

    replace(lambda_svc, "_execute_function_warm", make)
