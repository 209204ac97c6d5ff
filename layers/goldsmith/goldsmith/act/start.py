"""Start at most one run for (verb, image), however often and by however many it is asked for."""

import json
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.ledger import Ledger
from goldsmith.model import Event, Request, Started
from goldsmith.run import ASKED_BY, LIVE, STARTING, Lease, execution_arn, name_run
from goldsmith.vocabulary import EventType


def start(event: Event, *, ledger: Ledger, states: Any, machines: str, now: datetime) -> Started:
    """Take the lease, then start the execution that it names.

    The same event again finishes what was begun.  Another event does nothing while a run is live or has succeeded
    (unless it says `again`), and is the next attempt after one that failed.
    """
    verb, request = ASKED_BY[EventType(event.detail_type)], Request.model_validate(event.detail)
    held = ledger.lease(verb, request.image)
    if held and event.id in held.events:
        return _execute(held, states=states, machines=machines)
    if held and (outcome := _kept_by(held, request, states=states, machines=machines, now=now)):
        return Started(run=held.run, outcome=outcome)
    attempt = held.attempt + 1 if held else 1
    lease = Lease(
        verb=verb,
        image=request.image,
        attempt=attempt,
        run=name_run(verb, request.image.image_id, attempt),
        events=(held.events if held else frozenset()) | {event.id},
        taken=now,
    )
    if not ledger.take(lease, instead_of=held):
        return Started(run=lease.run, outcome="already_running")
    return _execute(lease, states=states, machines=machines)


def _kept_by(held: Lease, request: Request, *, states: Any, machines: str, now: datetime) -> Any:
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
    given = json.dumps({"run": lease.run, "image": lease.image.model_dump(by_alias=True)})
    try:
        states.start_execution(stateMachineArn=f"{machines}{lease.verb}", name=lease.run, input=given)
    except ClientError as error:
        if code_of(error) != "ExecutionAlreadyExists":
            raise
        return Started(run=lease.run, outcome="already_done")
    return Started(run=lease.run, outcome="started")
