"""Step Functions: ministack keeps the API and the store, moto's engine (LocalStack's) executes."""

import json
import re
import threading
from datetime import UTC, datetime
from typing import Any, Final

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions as states
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import SyncExecutionWorker
from moto.stepfunctions.parser.utils import TMP_THREADS

from emulator.gateway.answers import Answer
from emulator.gateway.patching import patch, replace
from emulator.states.map import all_told
from emulator.states.program import program

FORBIDDEN_IN_NAMES: Final = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
LONGEST_NAME: Final = 80
LARGEST_INPUT: Final = 256 * 1024
LIVE: Final[dict[str, "Run"]] = {}
_ending: Final = threading.RLock()  # an execution ends once: by itself, or by StopExecution
_starting: Final = threading.Lock()
Record = dict[str, Any]
Data = dict[str, Any]


class Worker(SyncExecutionWorker):  # type: ignore[misc]
    """Executes in the calling thread; a stop that comes before the first state counts too."""

    stopped: tuple[Any, ...] | None = None

    def _get_evaluation_entrypoint(self) -> Any:
        return program(self._evaluation_details.state_machine_details.definition)

    def _get_evaluation_environment(self) -> Any:
        env = super()._get_evaluation_environment()
        env._program_state = ProgramRunning()
        self.env = env
        if self.stopped:
            env.set_stop(*self.stopped)
        return env

    def stop(self, stop_date: datetime, error: str | None, cause: str | None) -> None:
        self.stopped = (stop_date, cause, error)
        if self.env:
            self.env.set_stop(*self.stopped)


class Run(Execution):  # type: ignore[misc]
    """One execution while it runs."""

    def _get_start_execution_worker(self) -> Worker:
        details = super()._get_start_execution_worker()._evaluation_details
        return Worker(details, self._get_start_execution_worker_comm(), None, self._activity_store)

    def history(self) -> list[dict[str, Any]]:
        return [event | {"timestamp": _text(event["timestamp"])} for event in self.to_history_output()["events"]]


def _text(moment: Any) -> Any:
    return moment.isoformat(timespec="milliseconds") if isinstance(moment, datetime) else moment


class _Machine:
    """A state machine as the engine asks for it."""

    def __init__(self, record: Record) -> None:
        self.arn, self.name = record["stateMachineArn"], record["name"]
        self.sm_type, self.definition = record["type"], record["definition"]


@patch("ministack's own interpreter: silent gaps in JSONPath, Choice, Parallel, Map, time-outs and heartbeats")
def moto_engine() -> None:
    def run(arn: str) -> None:
        record = states._executions[arn]
        machine = states._state_machines[record["stateMachineArn"]]
        live = LIVE[arn] = Run(
            name=record["name"], sm_type=machine["type"], role_arn=machine["roleArn"], exec_arn=arn,
            account_id=get_account_id(), region_name=get_region(), state_machine=_Machine(machine),
            start_date=record["startDate"], cloud_watch_logging_session=None, activity_store={},
            input_data=record["input"],
        )  # fmt: skip
        try:
            if record["status"] == "RUNNING":
                live.start()
        finally:
            all_told(arn)
            with _ending:
                _finish(record, live)
                del LIVE[arn]
            TMP_THREADS[:] = [thread for thread in TMP_THREADS if thread.is_alive()]

    replace(states, "_run_execution", lambda _: run)


def _finish(record: Record, live: Run) -> None:
    if record["status"] != "RUNNING":  # stopped
        return
    status = live.exec_status.value if live.exec_status else "FAILED"
    if status == "SUCCEEDED":
        told: Record = {"output": json.dumps(live.output, separators=(",", ":"))}
    else:
        told = {"error": live.error or {"TIMED_OUT": "States.Timeout"}.get(status), "cause": live.cause}
    ended = {"events": live.history() or record["events"], "stopDate": states.now_iso(), "status": status}
    record |= {**told, **ended}  # at once: whoever sees that it has ended sees how
    states._emit_execution_status_event(record)


@patch("StopExecution changes the record, and the interpreter runs on; a running execution has no history")
def stop_and_history() -> None:
    def stopping(answer_stop: Any) -> Any:
        def stop(data: Data) -> Answer:
            with _ending:
                live = _with_history(data)
                answer: Answer = answer_stop(data)
            if live and live.exec_worker and answer[0] == 200:  # noqa: PLR2004 - HTTP
                live.stop(datetime.now(UTC), data.get("error"), data.get("cause"))
            return answer

        return stop

    def telling(answer_history: Any) -> Any:
        def history(data: Data) -> Answer:
            with _ending:
                _with_history(data)
            answer: Answer = answer_history(data)
            return answer

        return history

    replace(states, "_stop_execution", stopping)
    replace(states, "_get_execution_history", telling)


def _with_history(data: Data) -> Run | None:
    """The live execution that `data` names, if any; its record then holds the history so far."""
    live, record = LIVE.get(data.get("executionArn", "")), states._executions.get(data.get("executionArn"))
    if live and live.exec_worker and live.exec_worker.env and record and record["status"] == "RUNNING":
        record["events"] = live.history() or record["events"]
    return live


@patch("names and input are not checked, and StartExecution with the name of a running execution is never idempotent")
def start_execution() -> None:
    def starting(answer_start: Any) -> Any:
        def start(data: Data) -> Answer:
            if refusal := _bad_name(data) or _bad_input(data):
                return refusal
            with _starting:
                answer: Answer = _same_again(data) or answer_start(data)
            return answer

        return start

    def creating(answer_create: Any) -> Any:
        return lambda data: _bad_name(data) or answer_create(data)

    replace(states, "_start_execution", starting)
    replace(states, "_create_state_machine", creating)


def _bad_name(data: Data) -> Answer | None:
    name = data.get("name")
    if name is None or (0 < len(name) <= LONGEST_NAME and not FORBIDDEN_IN_NAMES.search(name)):
        return None
    refusal: Answer = error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
    return refusal


def _bad_input(data: Data) -> Answer | None:
    text = data.get("input", "{}")
    try:
        json.loads(text)
    except ValueError as error:
        refusal: Answer = error_response_json(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: {error}"
        )
        return refusal
    if len(text.encode()) <= LARGEST_INPUT:
        return None
    limit = "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less"
    too_long: Answer = error_response_json("ValidationException", f"{limit} than or equal to {LARGEST_INPUT}")
    return too_long


def _same_again(data: Data) -> Answer | None:
    """The running Standard execution of that name, if it has the same input."""
    machine = states._state_machines.get(states._resolve_state_machine_arn(data.get("stateMachineArn", "")), {})
    arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine.get('name')}:{data.get('name')}"
    record = states._executions.get(arn, {})
    same = record.get("status") == "RUNNING" and record["input"] == data.get("input", "{}")
    if not same or machine["type"] != "STANDARD":
        return None
    answer: Answer = json_response({"executionArn": arn, "startDate": record["startDate"]})
    return answer
