"""Where the engine waits: each place goes through a timer of `engine_time`, and wakes when its execution is over."""

import threading
from types import SimpleNamespace
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategyDecl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchWorkerPool
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.gateway.patching import patch, replace
from emulator.gateway.settling import resting
from emulator.states.time import changes, wait, wake

_attempt: Final = threading.local()


@patch("a stopped or failed execution sleeps on in its waits; the end can be missed between a check and the wait")
def end_wakes_waits() -> None:
    def waking(end: Any) -> Any:
        def end_and_wake(self: Any, *arguments: Any, **named: Any) -> None:
            end(self, *arguments, **named)
            wake(self)

        return end_and_wake

    for name in ("set_ended", "set_error", "set_timed_out", "set_stop"):
        replace(Environment, name, waking)


@patch("Wait states pass by the wall clock only")
def waits_on_command() -> None:
    def wait_interval(_: Any, env: Any, wait_seconds: float) -> None:
        if wait_seconds > 0:
            wait(env, "wait", wait_seconds, threading.Event())

    replace(WaitFunction, "_wait_interval", lambda _: wait_interval)


@patch("retry intervals pass by the wall clock only")
def retries_on_command() -> None:
    def then_wait(jitter: Any) -> Any:
        def evaluate(self: Any, env: Any) -> None:
            jitter(self, env)  # the last to change the interval; the retrier sleeps for what it leaves
            wait(env, "retry", env.stack.pop(), threading.Event())
            env.stack.append(0)

        return evaluate

    replace(JitterStrategyDecl, "_eval_body", then_wait)


class _AttemptOver(threading.Event):
    """The event an attempt of a state sets when it is over; waiting for it is the state's time-out."""

    def __init__(self) -> None:
        super().__init__()
        self.env, self.limited = _attempt.env, _attempt.limited
        self.seen = changes(self.env)

    def wait(self, timeout: float | None = None) -> bool:
        return not wait(self.env, "timeout", timeout if self.limited else None, self, self.seen)


@patch("time-outs of tasks pass by the wall clock only")
def timeouts_on_command() -> None:
    execute_state.threading = SimpleNamespace(Event=_AttemptOver)

    def timed(evaluate: Any) -> Any:
        def evaluate_attempt(self: Any, env: Any) -> None:
            _attempt.env, _attempt.limited = env, not self.timeout.is_default_value()
            try:
                evaluate(self, env)
            except Exception:  # an attempt cut off by the end of the execution has no result, and needs none
                if env.is_running():
                    raise

        return evaluate_attempt

    replace(execute_state.ExecutionState, "_evaluate_with_timeout", timed)


@patch("the time-out of an execution passes by the wall clock only")
def execution_timeout_on_command() -> None:
    def evaluate(self: Any, env: Any) -> None:
        if env.program_state() is not None and not env.is_running():
            return  # stopped before it began
        env.next_state_name = self.start_at.start_at_name
        if self.timeout_seconds is None:
            EvalComponent.eval(self, env)
            return
        over = threading.Event()

        def evaluate_then_tell() -> None:
            EvalComponent.eval(self, env)
            over.set()

        worker = threading.Thread(target=evaluate_then_tell, daemon=True)
        worker.start()
        if wait(env, "execution", self.timeout_seconds.timeout_seconds, over) and env.is_running():
            env.set_timed_out()
        worker.join()

    replace(Program, "eval", lambda _: evaluate)


@patch("whoever waits for branches or iterations seems to work")
def waits_for_branches() -> None:
    def at_rest(original: Any) -> Any:
        def wait_for_them(self: Any) -> None:
            with resting(self._termination_event):
                original(self)

        return wait_for_them

    replace(BranchWorkerPool, "wait", at_rest)
    replace(JobPool, "await_jobs", at_rest)
