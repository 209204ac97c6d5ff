"""What the history says of the iterations of a Map that another one's failure ended."""

import threading
from collections import Counter
from typing import Any, Final

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from emulator.gateway.patching import patch, replace

MOMENT: Final = 5  # seconds that an iteration may take to notice that it has been ended
_working: Final = threading.local()
_open: Final[Counter[str]] = Counter()  # iterations under way, by execution
_closed: Final = threading.Condition()


@patch("an iteration that another one's failure ended is told as MapIterationSucceeded")
def map_iteration_aborted() -> None:
    replace(IterationWorker, "_eval_job", _noting_pool)
    replace(EventManager, "add_event", _telling_truly)


def _noting_pool(original: Any) -> Any:
    def evaluate(worker: Any, env: Any, job: Any) -> None:
        execution = env.states.context_object.context_object_data["Execution"]["Id"]
        _working.pool = worker._job_pool
        with _closed:
            _open[execution] += 1
        try:
            original(worker, env=env, job=job)
        finally:
            with _closed:
                _open[execution] -= 1
                _closed.notify_all()

    return evaluate


def all_told(execution: str) -> None:
    """Return when the history has the end of every iteration that was begun."""
    with _closed:
        _closed.wait_for(lambda: not _open[execution], MOMENT)
        del _open[execution]


def _telling_truly(original: Any) -> Any:
    def add(self: Any, context: Any, event_type: Any, event_details: Any = None, *arguments: Any, **more: Any) -> Any:
        ended = event_type == HistoryEventType.MapIterationSucceeded and _working.pool.get_worker_exception()
        if ended:
            event_type = HistoryEventType.MapIterationAborted
            told = event_details["mapIterationSucceededEventDetails"]
            event_details = EventDetails(mapIterationAbortedEventDetails=told)
        return original(self, context, event_type, event_details, *arguments, **more)

    return add
