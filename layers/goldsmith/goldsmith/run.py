"""A run: one execution of a workflow.  Its name is known before it starts, so that starting twice is harmless."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final

from goldsmith.model import Model, Subject
from goldsmith.vocabulary import EventType, Verb

LONGEST_NAME: Final = 80  # characters, of a Step Functions execution
NAME_TAKEN: Final = timedelta(days=91)  # Step Functions keeps a name for 90 days
STARTING: Final = timedelta(minutes=15)  # Lambda tries a failed start again well within this
LIVE: Final = frozenset({"RUNNING", "PENDING_REDRIVE"})

ASKED_BY: Final = {
    EventType.ADOPTION_REQUESTED: Verb.ADOPT,
    EventType.BUILD_ADMITTED: Verb.BUILD,
    EventType.IMAGE_BUILT: Verb.VERIFY,
    EventType.IMAGE_ADOPTED: Verb.VERIFY,
    EventType.VERIFICATION_REQUESTED: Verb.VERIFY,
    EventType.IMAGE_VERIFIED: Verb.DISTRIBUTE,
    EventType.DISTRIBUTION_REQUESTED: Verb.DISTRIBUTE,
    EventType.IMAGE_DISTRIBUTED: Verb.PROMOTE,
    EventType.IMAGE_AGE_THRESHOLD_REACHED: Verb.RETIRE,
}


class Lease(Model):
    """Who may work on (verb, subject), and for which events.  One per pair; each attempt takes it over."""

    verb: Verb
    subject: Subject
    attempt: int
    run: str
    events: frozenset[str]
    taken: datetime


class OpenRun(Model):
    """A run that may have left something behind: it is open from its lease until somebody has tidied up."""

    run: str
    subject: Subject
    opened: datetime

    @classmethod
    def of(cls, lease: Lease) -> "OpenRun":
        return cls(run=lease.run, subject=lease.subject, opened=lease.taken)


def name_run(verb: Verb, subject: str, attempt: int) -> str:
    """`<verb>-<subject>-<attempt>` in at most 80 of the characters that Step Functions takes.

    Where something had to be cut or replaced a hash of the whole subject keeps different subjects apart.
    """
    head, tail = f"{verb}-", f"-{attempt}"
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", subject)
    if plain != subject or len(head + plain + tail) > LONGEST_NAME:
        digest = "-" + hashlib.sha256(subject.encode()).hexdigest()[:12]
        plain = plain[: LONGEST_NAME - len(head + digest + tail)] + digest
    return head + plain + tail


def verb_of(run: str) -> Verb:
    """The verb of a run, from its name; ValueError if it is no name of ours."""
    return Verb(run.partition("-")[0])


def execution_arn(machines: str, run: str) -> str:
    """The ARN of a run's execution.  `machines` is the common beginning of our state machines' ARNs."""
    return f"{machines}{verb_of(run)}:{run}".replace(":stateMachine:", ":execution:", 1)
