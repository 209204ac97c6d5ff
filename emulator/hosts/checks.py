"""Status checks and the console of an instance: as the world says, never as a canned text."""

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response

from emulator.gateway.patching import patch
from emulator.hosts.behaviour import CHECKS, CONSOLES, booted, said


def _check(kind: str) -> property:
    def answer(instance: Any) -> dict[str, Any]:
        if instance.state != "running":
            return {"Status": "not-applicable"}
        status = said(CHECKS, instance).get(kind, "ok") if booted(instance) else "initializing"
        reachability = {"ok": "passed", "impaired": "failed"}.get(status, status)
        return {"Status": status, "Details": [{"Name": "reachability", "Status": reachability}]}

    return property(answer)


@patch("moto says ok of every running instance, from its first moment on")
def status_checks() -> None:
    Instance.system_status = _check("system")
    Instance.instance_status = _check("instance")


def get_console_output(self: Any) -> ActionResult:
    """No `Output` member until somebody says what the console shows, as on AWS for the first minutes."""
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    self.error_on_dryrun()
    answer: dict[str, Any] = {"InstanceId": instance.id, "Timestamp": datetime.now(UTC)}
    if text := said(CONSOLES, instance).get("output"):
        answer["Output"] = Base64EncodedString.from_raw_string(text)
    return ActionResult(answer)


@patch("moto prints the boot of a Linux 2.6 on every console")
def console_output() -> None:
    EC2Response.get_console_output = get_console_output
