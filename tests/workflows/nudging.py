"""Nothing tells that an agent reports or that checks pass: when is the next look worth it?

The looks that a wait may take are few, and a busy machine is slow: none is spent before there is something to see.
"""

from collections.abc import Callable
from typing import Final

from tests.workflows.deployed import Deployed


def _online(at: Deployed, hosts: list[str]) -> bool:
    known = at.client("ssm").describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": hosts}])
    return [each["PingStatus"] for each in known["InstanceInformationList"]] == ["Online"] * len(hosts)


def _checked(at: Deployed, hosts: list[str]) -> bool:
    found = at.client("ec2").describe_instance_status(InstanceIds=hosts)["InstanceStatuses"]
    states = [each[check]["Status"] for each in found for check in ("InstanceStatus", "SystemStatus")]
    return states == ["ok"] * 2 * len(hosts)


SEEN: Final[dict[str, Callable[[Deployed, list[str]], bool]]] = {
    "Await host": _online,
    "Await agent": _online,
    "Await status": _checked,
}
