"""Managed instances: a host reports to Systems Manager when it runs with a role that allows its agent to."""

from datetime import UTC, datetime
from typing import Any, Final

from emulator.gateway.patching import patch
from emulator.hosts.behaviour import LOCK, ONLINE, booted, find, instances, said, tags
from emulator.hosts.profiles import may, role_of
from emulator.ssm.operations import OPERATIONS, SsmError, page

AGENT: Final = "3.3.3050.0"
REGISTERED: Final[dict[str, datetime]] = {}
PINGED: Final[dict[str, datetime]] = {}


def ping(instance: Any) -> str | None:
    """Online or ConnectionLost; None for a host that never reported, and for one that is terminated."""
    if instance.state in {"shutting-down", "terminated"}:
        return None
    arn = f"arn:aws:ec2:{instance.region_name}:{instance.owner_id}:instance/{instance.id}"
    with LOCK:
        speaks = booted(instance) and said(ONLINE, instance).get("online", True)
        if speaks and may(instance, "ssm:UpdateInstanceInformation", arn):
            REGISTERED.setdefault(instance.id, datetime.now(UTC))
            PINGED[instance.id] = datetime.now(UTC)
            return "Online"
        return "ConnectionLost" if instance.id in REGISTERED else None


def managed(account: str, region: str) -> list[Any]:
    return [each for each in instances(account, region) if ping(each)]


def registered(account: str, region: str, instance_id: str) -> Any:
    """The managed instance, or AWS's InvalidInstanceId."""
    instance = find(account, region, instance_id)
    if instance is None or not ping(instance):
        raise SsmError("InvalidInstanceId", f"Instances [[{instance_id}]] not in a valid state for account {account}")
    return instance


def _told(instance: Any) -> dict[str, Any]:
    windows = (instance.platform or "").lower() == "windows"
    return {
        "InstanceId": instance.id,
        "PingStatus": ping(instance),
        "LastPingDateTime": PINGED[instance.id],
        "AgentVersion": AGENT,
        "IsLatestVersion": True,
        "PlatformType": "Windows" if windows else "Linux",
        "ResourceType": "EC2Instance",
        "IPAddress": instance.private_ip_address,
        "ComputerName": instance.private_dns_name,
        "SourceId": instance.id,
        "SourceType": "AWS::EC2::Instance",
    }


def _keeps(instance: Any, key: str, values: list[str]) -> bool:
    if key.startswith("tag:"):
        return tags(instance).get(key.removeprefix("tag:")) in values
    if key == "tag-key":
        return not set(values).isdisjoint(tags(instance))
    told = _told(instance)
    of = {
        "InstanceIds": "InstanceId", "PingStatus": "PingStatus", "PlatformTypes": "PlatformType",
        "AgentVersion": "AgentVersion", "ResourceType": "ResourceType", "SourceIds": "SourceId",
        "SourceTypes": "SourceType",
    }  # fmt: skip
    if key == "IamRole":
        return (role_of(instance) or "").rpartition("/")[2] in values
    if key not in of:
        raise SsmError("InvalidFilterKey", f"The specified filter key {key} isn't valid.")
    return told[of[key]] in values


def describe(account: str, region: str, asked: dict[str, Any]) -> dict[str, Any]:
    """DescribeInstanceInformation: all filters must match, any value of each."""
    filters = [(each["Key"], each["Values"]) for each in asked.get("Filters") or []]
    filters += [(each["key"], each["valueSet"]) for each in asked.get("InstanceInformationFilterList") or []]
    kept = [each for each in managed(account, region) if all(_keeps(each, key, values) for key, values in filters)]
    shown, more = page(kept, asked, least=5)
    return {"InstanceInformationList": [_told(each) for each in shown]} | more


@patch("neither emulator knows which instances report to Systems Manager")
def managed_instances() -> None:
    OPERATIONS["DescribeInstanceInformation"] = describe
