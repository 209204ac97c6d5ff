"""Instances as hosts: which are meant, when they boot, when their SSM agent reports.  Said by commands, last wins."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from moto.ec2.models import ec2_backends

from emulator.gateway.control import command

A_MOMENT: Final = 0.1  # seconds from one state of an instance to the next, and from its boot to its agent's report
LOCK: Final = threading.RLock()
BOOTING: Final[dict[str, object]] = {}  # the last boot of each instance
BOOTED: Final[set[str]] = set()


@dataclass(frozen=True)
class Which:
    """Which hosts are meant.  What is not said matches every host of the account."""

    account: str
    region: str | None = None
    instance_id: str | None = None
    ami: str | None = None
    tag: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def matches(self, instance: Any) -> bool:
        backend = instance.ec2_backend
        return (
            backend.account_id == self.account
            and self.region in {None, backend.region_name}
            and self.instance_id in {None, instance.id}
            and self.ami in {None, instance.image_id}
            and self.tag <= set(tags(instance).items())
        )


def which(body: Mapping[str, Any]) -> Which:
    """The hosts that a command means: `{account, region?, instance_id?, ami?, tag?: {K: V}}`."""
    if "account" not in body:
        raise ValueError("say which account")
    tag = frozenset((body.get("tag") or {}).items())
    return Which(body["account"], body.get("region"), body.get("instance_id"), body.get("ami"), tag)


Rules = list[tuple[Which, Mapping[str, Any]]]
ONLINE: Final[Rules] = []
CHECKS: Final[Rules] = []
CONSOLES: Final[Rules] = []
ENDINGS: Final[Rules] = []
WATCHERS: Final[list[Callable[[str], None]]] = []  # told the account whose hosts have changed


def said(rules: Rules, instance: Any) -> Mapping[str, Any]:
    """What was said last about this host; empty if nothing was."""
    with LOCK:
        return next((body for where, body in reversed(rules) if where.matches(instance)), {})


def tags(instance: Any) -> dict[str, str]:
    return {each["key"]: each["value"] for each in instance.get_tags()}


def find(account: str, region: str, instance_id: str) -> Any:
    """The instance, or None."""
    return next((each for each in instances(account, region) if each.id == instance_id), None)


def instances(account: str, region: str) -> list[Any]:
    return [each for all_of_it in ec2_backends[account][region].reservations.values() for each in all_of_it.instances]


def booted(instance: Any) -> bool:
    """Running, and for a moment already."""
    return instance.state == "running" and instance.id in BOOTED


def boots(instance: Any) -> None:
    """From now on the host is booting: for a moment its checks initialise and its agent is silent."""
    boot = BOOTING[instance.id] = object()
    BOOTED.discard(instance.id)

    def done() -> None:
        with LOCK:
            if BOOTING[instance.id] is not boot:
                return
            BOOTED.add(instance.id)
        changed(instance.ec2_backend.account_id)

    in_a_moment(done)


def in_a_moment(do: Callable[[], None]) -> None:
    timer = threading.Timer(A_MOMENT, do)
    timer.daemon = True
    timer.start()


def changed(account: str) -> None:
    """Whoever looks at the account's hosts from now on sees something new."""
    for tell in WATCHERS:
        tell(account)


def _note(rules: Rules, body: Mapping[str, Any], allowed: Mapping[str, Any]) -> dict[str, Any]:
    for name, values in allowed.items():
        if name not in body or (values and body[name] not in values):
            raise ValueError(f"{name} is one of {', '.join(map(str, values))}" if values else f"say {name}")
    where = which(body)
    with LOCK:
        rules[:] = [each for each in rules if each[0] != where] + [(where, body)]
    changed(where.account)
    return {"rules": len(rules)}


@command("hosts/online")
def online(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, instance_id?, ami?, tag?, online: true|false}`: false keeps the agent silent."""
    return _note(ONLINE, body, {"online": (True, False)})


@command("hosts/status")
def status(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, instance_id?, ami?, tag?, system, instance}`: ok, impaired, initializing."""
    states = ("ok", "impaired", "initializing")
    return _note(CHECKS, {"system": "ok", "instance": "ok"} | body, {"system": states, "instance": states})


@command("hosts/console")
def console(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, instance_id?, ami?, tag?, output}`: what GetConsoleOutput answers."""
    return _note(CONSOLES, body, {"output": ()})


@command("hosts/ending")
def ending(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, instance_id?, ami?, tag?, held: true|false}`: true keeps a host stopping or shutting down."""
    return _note(ENDINGS, body, {"held": (True, False)})
