"""Is a thing that somebody waits for done?  Looked at by `look`, told by an AWS event in `told`."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, code_of
from goldsmith.gather.image import describe
from goldsmith.model import Event, ImageRef, Sighting, Thing
from goldsmith.vocabulary import Kind

UNKNOWN: Final = "unknown"  # to AWS, yet
UNDER_WAY: Final = {
    Kind.IMAGE: frozenset({"pending", "transient", UNKNOWN}),
    Kind.HOST: frozenset({"ConnectionLost", "Inactive", UNKNOWN}),
    Kind.COMMAND: frozenset({"Pending", "InProgress", "Delayed", "Cancelling", UNKNOWN}),
    Kind.INSTANCE: frozenset({"pending", "running", "shutting-down", "stopping", UNKNOWN}),
    Kind.STATUS: frozenset({"initializing", UNKNOWN}),
    Kind.SCAN: frozenset({"IN_PROGRESS", UNKNOWN}),
}
ENDED: Final = frozenset({"shutting-down", "terminated"})
Clients = Callable[[str, str], Any]
Seen = tuple[str, str]  # AWS's word for the state, and what it says about it


def is_done(sighting: Sighting) -> bool:
    """Whether nothing more will happen by itself, for good or ill: who waits is told either way."""
    return sighting.state not in UNDER_WAY[sighting.thing.kind]


def look(thing: Thing, *, client: Clients) -> Sighting:
    """See the thing now.  `client(service, region)` makes clients; `unknown` is what AWS does not know yet."""
    state, message = LOOKS[thing.kind](thing, client)
    return Sighting(thing=thing, state=state, message=message)


def _image(thing: Thing, client: Clients) -> Seen:
    image = ImageRef(image_id=thing.id, account=thing.account, region=thing.region)
    found = describe(image, ec2=client("ec2", thing.region))
    return (found["State"], found.get("StateReason", {}).get("Message", "")) if found else (UNKNOWN, "")


def _host(thing: Thing, client: Clients) -> Seen:
    """NeedsAPerson if the instance has ended and so will never report: EC2 says why only there."""
    filters = [{"Key": "InstanceIds", "Values": [thing.id]}]
    found = client("ssm", thing.region).describe_instance_information(Filters=filters)["InstanceInformationList"]
    if found:
        return found[0]["PingStatus"], ""
    state, why = _instance(thing, client)
    if state in ENDED:
        raise NeedsAPerson(f"the instance {thing.id} ended before Systems Manager saw it online: {why or state}")
    return UNKNOWN, ""


def _command(thing: Thing, client: Clients) -> Seen:
    found = client("ssm", thing.region).list_command_invocations(CommandId=thing.id)["CommandInvocations"]
    return (found[0]["Status"], found[0]["StatusDetails"]) if found else (UNKNOWN, "")


def _instance(thing: Thing, client: Clients) -> Seen:
    try:
        found = client("ec2", thing.region).describe_instances(InstanceIds=[thing.id])["Reservations"]
    except ClientError as error:
        if code_of(error) == "InvalidInstanceID.NotFound":
            return UNKNOWN, ""
        raise
    if not found:
        return UNKNOWN, ""
    instance = found[0]["Instances"][0]
    return instance["State"]["Name"], instance.get("StateReason", {}).get("Message", "")


def _status(thing: Thing, client: Clients) -> Seen:
    """Of both checks that EC2 makes of a host.  NeedsAPerson if one has failed, or the host has ended."""
    found = client("ec2", thing.region).describe_instance_status(InstanceIds=[thing.id])["InstanceStatuses"]
    if not found:  # it tells of running instances alone
        state, why = _instance(thing, client)
        if state in ENDED:
            raise NeedsAPerson(f"the instance {thing.id} ended before EC2 had checked it: {why or state}")
        return UNKNOWN, ""
    states = {check: found[0][check]["Status"] for check in ("InstanceStatus", "SystemStatus")}
    if "impaired" in states.values():
        raise NeedsAPerson(f"EC2 says of the instance {thing.id}: {states}")
    return ("ok", "") if set(states.values()) == {"ok"} else ("initializing", "")


def _scan(thing: Thing, client: Clients) -> Seen:
    image_id, _, scan_id = thing.id.partition("/")
    inspector = client("inspector2", thing.region)
    try:
        found = inspector.get_on_demand_scan_status(resourceId=image_id, scanId=scan_id, resourceType="AMI")
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return UNKNOWN, ""
        raise
    return found["scanStatus"], found.get("scanStatusReason") or ""


LOOKS: Final[dict[Kind, Callable[[Thing, Clients], Seen]]] = {
    Kind.IMAGE: _image,
    Kind.HOST: _host,
    Kind.COMMAND: _command,
    Kind.INSTANCE: _instance,
    Kind.STATUS: _status,
    Kind.SCAN: _scan,
}
TOLD: Final = {  # by detail-type: what it is about, and where the event has its id, state and message
    "EC2 AMI State Change": (Kind.IMAGE, "ImageId", "State", "ErrorMessage"),
    "EC2 Command Invocation Status-change Notification": (Kind.COMMAND, "command-id", "status", ""),
    "EC2 Instance State-change Notification": (Kind.INSTANCE, "instance-id", "state", ""),
}


def told(event: Event) -> Sighting:
    """The same, from the event by which the AWS service reports it."""
    if event.detail_type not in TOLD:
        raise NeedsAPerson(f"no wait ends on a {event.detail_type!r}: a rule in template.yaml sends too much")
    kind, name, state, message = TOLD[event.detail_type]
    thing = Thing(kind=kind, account=event.account, region=event.region, id=event.detail[name])
    return Sighting(thing=thing, state=event.detail[state], message=event.detail.get(message, ""))


def scan_told(event: Event) -> Sighting:
    """The same of the end of a scan, which is known by its AMI and its own id."""
    detail = event.detail
    thing = Thing(
        kind=Kind.SCAN, account=event.account, region=event.region, id=f"{detail['resourceId']}/{detail['scanId']}"
    )
    return Sighting(thing=thing, state=detail["scanStatus"], message=detail.get("scanStatusReason") or "")
