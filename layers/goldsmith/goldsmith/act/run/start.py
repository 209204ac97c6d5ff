"""Start at most one run for (verb, subject), however often and by however many it is asked for."""

import json
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.run import ASKED_BY, LIVE, STARTING, Lease, execution_arn, name_run
from goldsmith.values.request import Admission, OfSweep, OfVersion, Onward, Refusal, Request, Started
from goldsmith.vocabulary import EventType, Reason, Verb

Asked = Request | Admission | OfVersion | OfSweep
ASKS: Final[dict[Verb, type[Asked]]] = {
    Verb.ADOPT: Request,
    Verb.BUILD: Admission,
    Verb.VERIFY: OfVersion,
    Verb.DISTRIBUTE: Onward,
    Verb.PROMOTE: Onward,
    Verb.RETIRE: OfSweep,
}


def start(event: Event, *, ledger: Ledger, states: Any, machines: str, now: datetime) -> Started:
    """Take the lease, then start the execution that it names.

    The same event again finishes what was begun.  Another event does nothing while a run is live or has succeeded
    (unless it says `again`), and is the next attempt after one that failed.
    """
    verb = ASKED_BY[EventType(event.detail_type)]
    request = ASKS[verb].model_validate(event.detail)
    held = ledger.lease(verb, request.subject)
    if held and event.id in held.events:
        return _execute(held, states=states, machines=machines)
    if held and (outcome := _kept_by(held, request, states=states, machines=machines, now=now)):
        return Started(run=held.run, outcome=outcome)
    attempt = held.attempt + 1 if held else 1
    lease = Lease(
        verb=verb,
        subject=request.subject,
        attempt=attempt,
        run=name_run(verb, request.subject.word, attempt),
        events=(held.events if held else frozenset()) | {event.id},
        taken=now,
    )
    if not ledger.take(lease, instead_of=held):  # somebody else has that attempt
        return Started(run=lease.run, outcome="already_running")
    return _execute(lease, states=states, machines=machines)


def refusal(event: Event, started: Started) -> Refusal | None:
    """What to tell who asked for a build while another was under way: admitted by both, started by one."""
    if event.detail_type != EventType.BUILD_ADMITTED or started.outcome != "already_running":
        return None
    family, requested = event.detail["family"], event.detail["requested"]
    return Refusal(family=family, run=started.run, requested=requested, reasons=(Reason.ALREADY_RUNNING,))


def _kept_by(held: Lease, request: Asked, *, states: Any, machines: str, now: datetime) -> Any:
    """Why the lease cannot be taken over, or None."""
    status = _status(execution_arn(machines, held.run), states)
    if status in LIVE or (status is None and now - held.taken < STARTING):
        return "already_running"
    return "already_done" if status == "SUCCEEDED" and not request.again else None


def _status(arn: str, states: Any) -> str | None:
    try:
        return str(states.describe_execution(executionArn=arn)["status"])
    except ClientError as error:
        if code_of(error) == "ExecutionDoesNotExist":
            return None
        raise


def _execute(lease: Lease, *, states: Any, machines: str) -> Started:
    """StartExecution with a name and input that follow from the lease alone: again is the same, not another."""
    given = json.dumps({"run": lease.run, **lease.subject.member})
    try:
        states.start_execution(stateMachineArn=f"{machines}{lease.verb}", name=lease.run, input=given)
    except ClientError as error:
        if code_of(error) != "ExecutionAlreadyExists":
            raise
        return Started(run=lease.run, outcome="already_done")
    return Started(run=lease.run, outcome="started")
