"""The states of an instance, one after the other, each told by its event: moto jumps straight to the last one."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState

from emulator.events.service_events import emit
from emulator.gateway.patching import patch, replace
from emulator.hosts.behaviour import ENDINGS, LOCK, WATCHERS, boots, changed, in_a_moment, said
from emulator.hosts.volumes import release_volumes

CODES: Final = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
CHANGES: Final = count(1)
LATEST: Final[dict[str, int]] = {}
HELD: Final[list[tuple[Any, Callable[[], None]]]] = []  # those that stop or shut down until they may end


def _enter(instance: Any, state: str) -> None:
    instance._state = InstanceState(state, CODES[state])
    account, region = instance.ec2_backend.account_id, instance.ec2_backend.region_name
    arn = f"arn:aws:ec2:{region}:{account}:instance/{instance.id}"
    detail = {"instance-id": instance.id, "state": state}
    emit(account, region, "aws.ec2", "EC2 Instance State-change Notification", detail, [arn])
    if state == "running":
        boots(instance)
    if state == "terminated":
        release_volumes(instance)
    changed(account)


def _pass(instance: Any, via: str, to: str) -> None:
    """Enter `via` now and `to` in a moment, unless the instance was told something else meanwhile."""
    change = LATEST[instance.id] = next(CHANGES)
    _enter(instance, via)

    def arrive() -> None:
        with LOCK:
            if LATEST[instance.id] != change:
                return
            if to in {"stopped", "terminated"} and said(ENDINGS, instance).get("held"):
                HELD.append((instance, arrive))
            else:
                _enter(instance, to)

    in_a_moment(arrive)


def _go_on(_: str) -> None:
    """What was held in its end ends, if it is held no more."""
    with LOCK:
        waiting, HELD[:] = [*HELD], []
        for instance, arrive in waiting:
            if said(ENDINGS, instance).get("held"):
                HELD.append((instance, arrive))
            else:
                arrive()


WATCHERS.append(_go_on)


def _passing(via: str, to: str, refused: set[str]) -> Callable[[Any], Any]:
    """Make a method of Instance go through `via`; in one of the states `refused` AWS says no."""

    verb = "started" if to == "running" else "stopped"

    def make(original: Any) -> Any:
        def change(self: Any) -> Any:
            with LOCK:
                before = self.state
                if before in refused:
                    text = f"The instance '{self.id}' is not in a state from which it can be {verb}."
                    raise EC2ClientError("IncorrectInstanceState", text)
                if before in {via, to}:
                    return InstanceState(before, CODES[before])
                original(self)
                _pass(self, via, to)
                return InstanceState(before, CODES[before])

        return change

    return make


def _launching(original: Any) -> Any:
    def run_instances(self: Any, *arguments: Any, **named: Any) -> Any:
        reservation = original(self, *arguments, **named)
        with LOCK:
            for instance in reservation.instances:
                _pass(instance, "pending", "running")
        return reservation

    return run_instances


def _rebooting(original: Any) -> Any:
    def reboot(self: Any) -> None:
        with LOCK:
            if self.state != "running":
                raise EC2ClientError("IncorrectInstanceState", f"The instance '{self.id}' is not running.")
            original(self)
            boots(self)

    return reboot


@patch("moto's instances jump from state to state, and nobody is told")
def instance_states() -> None:
    replace(Instance, "start", _passing("pending", "running", {"stopping", "shutting-down", "terminated"}))
    replace(Instance, "stop", _passing("stopping", "stopped", {"shutting-down", "terminated"}))
    replace(Instance, "terminate", _passing("shutting-down", "terminated", set()))
    replace(Instance, "reboot", _rebooting)
    replace(InstanceBackend, "run_instances", _launching)
