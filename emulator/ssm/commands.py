"""Commands and their invocations, one per host: their states, and the shapes in which Systems Manager tells them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from emulator.events.service_events import emit
from emulator.hosts.behaviour import LOCK
from emulator.ssm.documents import Step

OUTPUT: Final = ("OutputS3BucketName", "OutputS3KeyPrefix", "OutputS3Region")
DONE: Final = {"Success", "Failed", "TimedOut", "Cancelled"}


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Plugin:
    """What became of one step on one host."""

    step: Step
    status: str = "Pending"
    details: str = "Pending"
    code: int = -1
    stdout: str = ""
    stderr: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    urls: dict[str, str] = field(default_factory=dict)


@dataclass
class Invocation:
    command: "Command"
    instance: Any
    plugins: list[Plugin]
    known: bool = False
    status: str = "Pending"
    details: str = "Pending"
    trace: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    stirred: threading.Event = field(default_factory=threading.Event)  # one of those, or its host changed
    release: Any = None

    def enter(self, status: str, details: str | None = None) -> None:
        """Change the state, tell everybody, and let the command follow."""
        with LOCK:
            if self.status in DONE or (self.status, self.details) == (status, details or status):
                return
            self.status, self.details = status, details or status
        command = self.command
        detail = {
            "command-id": command.id,
            "document-name": command.document,
            "instance-id": self.instance.id,
            "requested-date-time": iso(command.requested),
            "status": status,
        }
        name = "EC2 Command Invocation Status-change Notification"
        emit(command.account, command.region, "aws.ssm", name, detail, [command.arn(self.instance.id)])
        command.follow()


@dataclass
class Command:
    id: str
    account: str
    region: str
    asked: Mapping[str, Any]
    document: str
    version: str
    parameters: Mapping[str, Sequence[str]]
    requested: datetime
    seconds: int
    invocations: list[Invocation] = field(default_factory=list)
    status: str = "Pending"
    details: str = "Pending"

    @property
    def expires(self) -> datetime:
        return self.requested + timedelta(seconds=self.seconds)

    def arn(self, instance_id: str) -> str:
        return f"arn:aws:ec2:{self.region}:{self.account}:instance/{instance_id}"

    def follow(self) -> None:
        """Take the state that follows from the invocations, and tell it if it is new."""
        with LOCK:
            after = _together(self.invocations, int(self.asked.get("MaxErrors") or 0))
            if after == (self.status, self.details) or self.status in DONE:
                return
            self.status, self.details = after
        detail = {
            "command-id": self.id,
            "document-name": self.document,
            "expire-after": iso(self.expires),
            "parameters": self.parameters,
            "requested-date-time": iso(self.requested),
            "status": self.status,
        }
        arns = [self.arn(each.instance.id) for each in self.invocations]
        emit(self.account, self.region, "aws.ssm", "EC2 Command Status-change Notification", detail, arns)

    def told(self) -> dict[str, Any]:
        """The Command member of SendCommand and ListCommands."""
        count = [each.details for each in self.invocations]
        errors = sum(details in {"Failed", "ExecutionTimedOut", "Undeliverable"} for details in count)
        done = sum(each.status in DONE for each in self.invocations)
        return {
            "CommandId": self.id,
            "DocumentName": self.document,
            "DocumentVersion": self.version,
            "Comment": self.asked.get("Comment", ""),
            "ExpiresAfter": self.expires,
            "Parameters": self.parameters,
            "InstanceIds": list(self.asked.get("InstanceIds") or []),
            "Targets": list(self.asked.get("Targets") or []),
            "RequestedDateTime": self.requested,
            "Status": self.status,
            "StatusDetails": self.details,
            "MaxConcurrency": self.asked.get("MaxConcurrency", "50"),
            "MaxErrors": self.asked.get("MaxErrors", "0"),
            "TargetCount": len(self.invocations),
            "CompletedCount": done,
            "ErrorCount": errors,
            "DeliveryTimedOutCount": count.count("DeliveryTimedOut"),
            "TimeoutSeconds": self.asked.get("TimeoutSeconds", 3600),
        } | {name: self.asked[name] for name in OUTPUT if name in self.asked}


def _together(invocations: Sequence[Invocation], allowed: int) -> tuple[str, str]:
    """The state of a command from those of its invocations; one that reached nobody is no success."""
    states = [(each.status, each.details) for each in invocations]
    if not states:
        return "Failed", "NoInstancesInTag"
    if any(status not in DONE for status, _ in states):
        started = any(status != "Pending" for status, _ in states)
        return ("InProgress", "InProgress") if started else ("Pending", "Pending")
    bad = [state for state in states if state[0] != "Success"]
    if not bad:
        return "Success", "Success"
    if bad[0][0] == "Failed":
        return "Failed", "Failed" if len(bad) > allowed else "Incomplete"
    return bad[0]


COMMANDS: Final[list[Command]] = []
