"""SendCommand and CancelCommand: who is meant, with what, and what AWS refuses at once."""

import threading
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from ministack.services import s3

from emulator.gateway.patching import patch
from emulator.hosts.behaviour import A_MOMENT, LOCK, tags
from emulator.ssm.agent import work
from emulator.ssm.commands import COMMANDS, DONE, Command, Invocation, Plugin
from emulator.ssm.documents import document, parameters, steps
from emulator.ssm.operations import OPERATIONS, SsmError, not_modelled
from emulator.ssm.registration import managed, registered

MOST: Final = 50
TIMEOUT: Final = (30, 2_592_000)


def send(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    _check(asked)
    found = document(account, region, asked["DocumentName"], asked.get("DocumentVersion"))
    values = parameters(found, asked.get("Parameters") or {})
    todo = steps(found, values)
    hosts = _hosts(account, region, asked)
    execution = max((each.seconds for each in todo), default=0)
    command = Command(
        id=str(uuid.uuid4()),
        account=account,
        region=region,
        asked=asked,
        document=asked["DocumentName"],
        version=asked.get("DocumentVersion") or "$DEFAULT",
        parameters=asked.get("Parameters") or {},
        requested=datetime.now(UTC),
        seconds=int(asked.get("TimeoutSeconds") or 3600) + execution,
    )
    command.invocations = [Invocation(command, host, [Plugin(each) for each in todo]) for host in hosts]
    with LOCK:
        COMMANDS.append(command)
        told = command.told()
    _deliver(command)
    return {"Command": told}


def _deliver(command: Command) -> None:
    """To each host on a thread of its own; for a moment nobody knows of the invocation."""
    for each in command.invocations:
        timer = threading.Timer(A_MOMENT / 2, work, (each,))
        timer.daemon = True
        timer.start()
    if not command.invocations:
        command.follow()


def _check(asked: dict[str, Any]) -> None:
    for name in (
        "NotificationConfig",
        "ServiceRoleArn",
        "AlarmConfiguration",
        "CloudWatchOutputConfig",
        "DocumentHash",
    ):
        if asked.get(name):
            raise not_modelled(f"{name} of SendCommand")
    if not TIMEOUT[0] <= int(asked.get("TimeoutSeconds") or 3600) <= TIMEOUT[1]:
        raise SsmError("ValidationException", f"TimeoutSeconds must be from {TIMEOUT[0]} to {TIMEOUT[1]}")
    bucket = asked.get("OutputS3BucketName")
    if bucket and not any(bucket in key for key in s3._buckets._data):  # of any account: one namespace for all
        raise SsmError("InvalidOutputFolder", "The S3 bucket doesn't exist.")


def _hosts(account: str, region: str, asked: dict[str, Any]) -> list[Any]:
    ids, targets = asked.get("InstanceIds") or [], asked.get("Targets") or []
    if bool(ids) == bool(targets):
        raise SsmError("ValidationException", "Specify either InstanceIds or Targets")
    if len(ids) > MOST:
        raise SsmError("ValidationException", f"At most {MOST} InstanceIds")
    if len(set(ids)) != len(ids):
        raise SsmError("DuplicateInstanceId", "You can't specify a managed node ID in more than one place.")
    if ids:
        return [registered(account, region, each) for each in ids]
    hosts = managed(account, region)
    return [each for each in hosts if all(_meant(each, target["Key"], target["Values"]) for target in targets)]


def _meant(instance: Any, key: str, values: list[str]) -> bool:
    if key == "InstanceIds":
        return instance.id in values
    if key == "tag-key":
        return not set(values).isdisjoint(tags(instance))
    if key.startswith("tag:"):
        return tags(instance).get(key.removeprefix("tag:")) in values
    raise not_modelled(f"Targets by {key}")


def command_of(account: str, region: str, command_id: str) -> Command:
    with LOCK:
        for each in COMMANDS:
            if (each.account, each.region, each.id) == (account, region, command_id):
                return each
    raise SsmError("InvalidCommandId", f"The command {command_id} does not exist.")


def cancel(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    """A hint, as on AWS: what is done stays done."""
    command = command_of(account, region, asked["CommandId"])
    ids = set(asked.get("InstanceIds") or [])
    if unknown := ids - {each.instance.id for each in command.invocations}:
        raise SsmError("InvalidInstanceId", f"{', '.join(sorted(unknown))} is not part of {command.id}")
    for each in command.invocations:
        if each.status not in DONE and (not ids or each.instance.id in ids):
            if each.status == "InProgress":
                each.enter("Cancelling")
            each.cancelled.set()
            each.stirred.set()
    return {}


@patch("moto says Success of every command at once, to any instance, and runs nothing; ministack knows no instance")
def run_command() -> None:
    OPERATIONS["SendCommand"] = send
    OPERATIONS["CancelCommand"] = cancel
