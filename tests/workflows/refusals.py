"""Take one permission away, let it be needed, and see that a person is told who misses which."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from goldsmith.vocabulary import Verb
from tests.embedded import eventually
from tests.permissions import Statement
from tests.rights.grants import deployed
from tests.workflows.deployed import HOME, Deployed

# A role, an action, and in which state it is refused, as `build/Launch host`; "" outside of runs.
Case = tuple[str, str, str]
SILENT: Final = (  # roles and actions of which AWS tells nobody either
    ("*", "sqs:SendMessage"),  # what cannot be put into the queue is dropped
    ("Builder", "*"),  # a host falls silent, or what it printed stays on it
    ("LaunchHostRole", "kms:*"),  # EC2 ends the instance for a `Client.InternalError`
    ("CopyImageRole", "kms:*"),  # the copy fails: `Given key ID is not accessible`
    ("SetPointerRole", "ec2:*"),  # Systems Manager does not store what the caller cannot see
)


def words(case: Case) -> str:
    """The name of its test."""
    return " ".join(case).strip()


def is_told(at: Deployed, case: Case, need: Callable[[], None], *, goes_on: Callable[[], Any]) -> None:
    """Without that permission what needs it is refused, and a person can read whom and what; `goes_on` lets it.

    It is refused in the state that the case names, so that this state's way out of it is what is shown.
    """
    since = datetime.now(UTC)
    at.tell("weather/clear")
    role, action, state = case
    name = name_of(at, role)
    assert not refused(at, name, action)  # while it is granted
    with without(at, name, action):
        need()
        eventually(lambda: (goes_on(), refused(at, name, action))[-1])
        if not any(fnmatchcase(role, each) and fnmatchcase(action, pattern) for each, pattern in SILENT):
            told = re.compile(rf"assumed-role/{name}/[^ ]+ is not authorized to perform: {action}\b")
            eventually(lambda: (goes_on(), told.search(said(at, since)))[-1])
            if state:  # which ends only after its function has logged
                eventually(lambda: (goes_on(), state in refused_in(at, state.partition("/")[0], told, since))[-1])
    at.tell("weather/clear")


def not_invoked(at: Deployed, role: str, function: str) -> None:
    """The schedule of the function fires, and its role may not invoke it: the queue is told."""
    at.tell("weather", service="lambda", operation="Invoke", principal=name_of(at, role), effect="deny")
    at.sweep(function)


def without(at: Deployed, name: str, action: str) -> AbstractContextManager[None]:
    """The stack with that action taken out of the role of that name."""
    return rewritten(at, name, lambda each: each | {"Action": [a for a in _list(each["Action"]) if a != action]})


def demanding(at: Deployed, name: str, action: str, **keys: str) -> AbstractContextManager[None]:
    """The stack with these condition keys (`Attribute` is `ec2:Attribute`) demanded wherever it allows that action."""
    more = {f"ec2:{key}": value for key, value in keys.items()}

    def demand(statement: Statement) -> Statement:
        if action not in _list(statement["Action"]):
            return statement
        equals = statement.get("Condition", {}).get("StringEquals", {})
        kept = {key: value for key, value in equals.items() if not key.startswith("ec2:")}
        return statement | {"Condition": statement.get("Condition", {}) | {"StringEquals": kept | more}}

    return rewritten(at, name, demand)


@contextmanager
def rewritten(at: Deployed, name: str, rewrite: Callable[[Statement], Statement]) -> Iterator[None]:
    """The stack with each statement of the role of that name written anew; what allows nothing more is dropped."""
    iam = at.client("iam")
    listed = iam.list_role_policies(RoleName=name)["PolicyNames"]
    before = {each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in listed}
    for policy, document in before.items():
        new = [rewrite(statement) for statement in _list(document["Statement"])]
        less = {"Version": "2012-10-17", "Statement": [statement for statement in new if statement["Action"]]}
        if less["Statement"]:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(less))
        else:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
    try:
        yield
    finally:
        for policy, document in before.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def name_of(at: Deployed, role: str) -> str:
    """The name of the stack's role with this logical id."""
    found = deployed(at.account, "goldsmith", HOME, "AWS::IAM::Role")
    return next(each["PhysicalResourceId"] for each in found if each["LogicalResourceId"] == role)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def refused(at: Deployed, role: str, action: str) -> bool:
    return any(e["action"] == action and not e["allowed"] for e in at.tell("journal", role=role))


def refused_in(at: Deployed, verb: str, told: re.Pattern[str], since: datetime) -> set[str]:
    """The states, as `build/Launch host`, in which this came up first in a run of the workflow."""
    states, found = at.client("stepfunctions"), set()
    for run in states.list_executions(stateMachineArn=f"{at.outputs['StateMachines']}{verb}")["executions"]:
        if run.get("stopDate", since) >= since:
            history = states.get_execution_history(executionArn=run["executionArn"], maxResults=1000)["events"]
            events = {event["id"]: event for event in history}
            first = next((each for each in history if told.search(json.dumps(each, default=str))), None)
            while first and "stateEnteredEventDetails" not in first:
                first = events.get(first["previousEventId"])
            if first:
                found.add(f"{verb}/{first['stateEnteredEventDetails']['name']}")
    return found


def said(at: Deployed, since: datetime) -> str:
    """All that a person would look at: logs, the queue of undelivered events, what was reported, failed runs."""
    asked = {"logGroupName": at.outputs["LogGroup"], "startTime": int(since.timestamp() * 1000)}
    pages = at.client("logs").get_paginator("filter_log_events").paginate(**asked)
    lines = [event["message"] for page in pages for event in page["events"]]
    return "\n".join([*lines, *_causes(at, since), json.dumps(_letters(at)), json.dumps(at.items(), default=str)])


def _causes(at: Deployed, since: datetime) -> Iterator[str]:
    states = at.client("stepfunctions")
    for verb in Verb:
        asked = {"stateMachineArn": f"{at.outputs['StateMachines']}{verb}", "statusFilter": "FAILED"}
        for run in states.list_executions(**asked)["executions"]:
            if run["stopDate"] >= since:
                yield states.describe_execution(executionArn=run["executionArn"]).get("cause", "")


def _letters(at: Deployed) -> list[Any]:
    """The messages in the queue, with what Scheduler notes beside them."""
    asked = {"QueueUrl": at.outputs["UndeliveredUrl"], "MessageAttributeNames": ["All"], "MaxNumberOfMessages": 10}
    found = at.client("sqs").receive_message(**asked).get("Messages", [])
    return [[json.loads(message["Body"]), message.get("MessageAttributes")] for message in found]
