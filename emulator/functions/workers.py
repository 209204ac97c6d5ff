"""Lambda workers: one process of the bare interpreter per execution environment, kept warm between invocations."""

import contextlib
import json
import queue
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid

from emulator.functions import forks
from emulator.functions.code import layers, search_path, unpacked
from emulator.functions.environment import environment
from emulator.functions.forks import Child
from emulator.gateway.patching import patch, replace
from emulator.gateway.settling import counting

INIT_SECONDS: Final = 10.0
Lines = queue.SimpleQueue[str | None]


@dataclass(frozen=True)
class Process:
    """A running worker: what it is told, what it answers, and its log up to the mark that ends an invocation's."""

    child: Child
    answers: Lines = field(default_factory=queue.SimpleQueue)
    log: Lines = field(default_factory=queue.SimpleQueue)
    mark: str = field(default_factory=lambda: f"\x1e{new_uuid()}\x1e")

    def tell(self, document: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # a process that died is noticed when it does not answer
            self.child.stdin.write(json.dumps(document) + "\n")
            self.child.stdin.flush()

    def log_lines(self) -> list[str]:
        """The log up to the mark, or up to the end of a process that died."""
        lines: list[str] = []
        while (line := self.log.get()) is not None:
            if line.endswith(self.mark):
                return [*lines, line.removesuffix(self.mark)] if line != self.mark else lines
            lines.append(line)
        return lines


def _pump(stream: IO[str], lines: Lines) -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip("\n"))
    lines.put(None)


class PythonWorker(lambda_runtime.Worker):  # type: ignore[misc]  # the emulator is untyped
    """In the emulator's pool of warm workers, in the place of its own kind."""

    _proc: Any  # as the emulator names it: None before the start and after the end
    _process: Process

    def _spawn(self) -> dict[str, Any]:
        """Start the process and import the handler; the answer holds the error of a handler that cannot be had."""
        self._discard_tmpdir()
        self._tmpdir = tempfile.mkdtemp(prefix="worker-")
        code = unpacked(self.code_zip)
        path = search_path(layers(self.config))
        given = environment(self.config, code, Path(self._tmpdir))
        with counting(on=False):  # threads that serve a worker as long as it lives
            self._proc = forks.worker(path, code, given)
            self._process = Process(self._proc)
            for stream, lines in ((self._proc.answers, self._process.answers), (self._proc.stdout, self._process.log)):
                threading.Thread(target=_pump, args=(stream, lines), daemon=True).start()
        setup = {"environment": given, "path": [str(code), *path], "handler": self.config["Handler"]}
        self._process.tell(setup | {"mark": self._process.mark})
        return self._answer(INIT_SECONDS, f"Init phase timed out after {INIT_SECONDS:.2f} seconds")

    def _answer(self, seconds: float, too_late: str) -> dict[str, Any]:
        """What the process answers, with its log; a process that does not answer is ended."""
        try:
            line = self._process.answers.get(timeout=seconds)
        except queue.Empty:
            return self._ended({"errorType": "Sandbox.Timedout", "errorMessage": f"Error: {too_late}"})
        if line is None:
            status = self._proc.wait()
            why = f"exit status {status}" if status >= 0 else f"signal {-status}"
            text = f"Error: Runtime exited with error: {why}"
            return self._ended({"errorType": "Runtime.ExitError", "errorMessage": text})
        answer: dict[str, Any] = json.loads(line)
        return answer | {"log": self._process.log_lines()}

    def _ended(self, error: dict[str, str]) -> dict[str, Any]:
        process, self._proc = self._proc, None
        process.kill_group()  # what it started holds its log open
        process.wait()
        self._discard_tmpdir()
        return {"error": error, "log": self._process.log_lines()}

    def invoke(  # its other parameters carry what is not modelled
        self, event: Any, request_id: str, *, trace_id: str | None, invoked_function_arn: str
    ) -> dict[str, Any]:
        """`{"result": …}` or `{"error": {"errorType", "errorMessage", …}}`, and `log`, its lines."""
        with self._lock:
            started: dict[str, Any] = {"log": []}
            if self._proc is None or self._proc.poll() is not None:
                started = self._spawn()
            if "error" in started:
                return self._ended(started["error"]) | started if self._proc else started
            seconds = float(self.config.get("Timeout") or 3)
            call = {"request_id": request_id, "arn": invoked_function_arn, "trace_id": trace_id, "event": event}
            self._process.tell(call | {"deadline": time.time() + seconds})
            answer = self._answer(seconds, f"Task timed out after {seconds:.2f} seconds")
            return answer | {"log": started["log"] + answer["log"]}


@patch("functions run in the emulator's interpreter, with its packages and its environment")
def lambda_workers() -> None:
    def make(original: Any) -> Any:
        def worker_class(config: dict[str, Any]) -> Any:
            return PythonWorker if str(config.get("Runtime", "")).startswith("python") else original(config)

        return worker_class

    replace(lambda_runtime, "_worker_class_for", make)
