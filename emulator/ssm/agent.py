"""The SSM agent of a host: takes a command when it is online, does its steps, reboots when asked to, reports."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from emulator.gateway.control import command
from emulator.gateway.settling import resting
from emulator.hosts import shell
from emulator.hosts.behaviour import LOCK, WATCHERS, boots, which
from emulator.hosts.script import REBOOT, Outcome, next_outcome, outcome
from emulator.ssm import output
from emulator.ssm.commands import COMMANDS, DONE, Invocation, Plugin
from emulator.ssm.registration import ping

A_WHILE: Final = 1.0  # seconds after which an agent tries again: what its role may do changes without a word
DETAILS: Final = {"TimedOut": "ExecutionTimedOut", "Undeliverable": "Undeliverable"}


def work(invocation: Invocation) -> None:
    """One invocation from its delivery to its end; runs on a thread of its own."""
    with LOCK:
        invocation.known = True
    if not _delivered(invocation):
        return
    invocation.enter("InProgress")
    for plugin in invocation.plugins:
        ended = _do(invocation, plugin)
        output.keep(invocation, plugin)
        if ended.status in {"Undeliverable", "Cancelled", "TimedOut"}:
            invocation.enter(plugin.status, plugin.details)
            return
    failed = next((each for each in invocation.plugins if each.status != "Success"), None)
    invocation.enter(*((failed.status, failed.details) if failed else ("Success", "Success")))


def _delivered(invocation: Invocation) -> bool:
    """Wait until the host is online, in vain when the command is cancelled or expires before."""
    _wait(invocation, lambda: ping(invocation.instance) != "ConnectionLost" or invocation.released.is_set())
    seen = ping(invocation.instance)
    if seen == "Online":
        return True
    if invocation.cancelled.is_set():
        invocation.enter("Cancelled")
    else:
        invocation.enter(*(("TimedOut", "DeliveryTimedOut") if seen else ("Failed", "Undeliverable")))
    return False


def _wait(invocation: Invocation, over: Callable[[], bool]) -> None:
    """Until it is over or the command is cancelled, but no longer than the command allows."""
    deadline = time.monotonic() + int(invocation.command.asked.get("TimeoutSeconds") or 3600)
    while time.monotonic() < deadline:
        invocation.stirred.clear()
        if over() or invocation.cancelled.is_set():
            return
        with resting(invocation.stirred):
            invocation.stirred.wait(A_WHILE)


def _do(invocation: Invocation, plugin: Plugin) -> Outcome:
    """One step, again after each reboot that it asks for."""
    plugin.started = datetime.now(UTC)
    plugin.status = plugin.details = "InProgress"
    while True:
        ended = _attempt(invocation, plugin)
        plugin.stdout += ended.stdout  # the agent opens its files to append
        plugin.stderr += ended.stderr
        if ended.code != REBOOT or ended.status in {"Cancelled", "TimedOut"}:
            break
        boots(invocation.instance)
        if not _back(invocation):
            ended = Outcome("Cancelled" if invocation.cancelled.is_set() else "TimedOut", -1)
            break
    plugin.ended, plugin.code = datetime.now(UTC), ended.code
    status = "Failed" if ended.status == "Undeliverable" else ended.status
    plugin.status, plugin.details = status, DETAILS.get(ended.status, ended.status)
    return ended


def _attempt(invocation: Invocation, plugin: Plugin) -> Outcome:
    told = next_outcome(invocation.instance, invocation.command.document, plugin.step)
    while told.status == "InProgress":
        told = _held(invocation, plugin)
    return shell.run(plugin.step, invocation.cancelled) if told.run else told


def _held(invocation: Invocation, plugin: Plugin) -> Outcome:
    """Wait for the release, the cancellation, or the end of the instance."""
    while not invocation.released.is_set():
        _wait(invocation, lambda: invocation.released.is_set() or ping(invocation.instance) is None)
        if invocation.cancelled.is_set():
            return Outcome("Cancelled", -1)
        if ping(invocation.instance) is None:
            return Outcome("Undeliverable", -1)
    with LOCK:
        invocation.released.clear()
        told, invocation.release = invocation.release, None
    return told or next_outcome(invocation.instance, invocation.command.document, plugin.step)


def _back(invocation: Invocation) -> bool:
    """Whether the host reports again after its reboot."""
    _wait(invocation, lambda: ping(invocation.instance) != "ConnectionLost")
    return ping(invocation.instance) == "Online" and not invocation.cancelled.is_set()


def _stir(account: str) -> None:
    with LOCK:
        live = [each for every in COMMANDS if every.account == account for each in every.invocations]
    for each in live:
        if each.status not in DONE:
            each.stirred.set()


WATCHERS.append(_stir)


@command("hosts/release")
def release(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, instance_id?, ami?, tag?, command_id?, outcome?}`: go on with `outcome`, or the next one.

    An invocation that waits for its host to come online ends as a delivery time-out.
    """
    where, told = which(body), outcome(body["outcome"]) if "outcome" in body else None
    with LOCK:
        held = [
            each
            for every in COMMANDS
            if body.get("command_id") in {None, every.id}
            for each in every.invocations
            if each.status not in DONE and where.matches(each.instance)
        ]
        if not held:
            raise ValueError("no command is held there")
        for each in held:
            each.release = told
            each.released.set()
            each.stirred.set()
    return {"released": [each.instance.id for each in held]}
