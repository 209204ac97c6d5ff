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
}
Seen = tuple[str, str]  # AWS's word for the state, and what it says about it


def is_done(sighting: Sighting) -> bool:
    """Whether nothing more will happen by itself, for good or ill: who waits is told either way."""
    return sighting.state not in UNDER_WAY[sighting.thing.kind]


def look(thing: Thing, *, client: Callable[[str, str], Any]) -> Sighting:
    """See the thing now.  `client(service, region)` makes clients; `unknown` is what AWS does not know yet."""
    service, see = LOOKS[thing.kind]
    state, message = see(thing, client(service, thing.region))
    return Sighting(thing=thing, state=state, message=message)


def _image(thing: Thing, ec2: Any) -> Seen:
    found = describe(ImageRef(image_id=thing.id, account=thing.account, region=thing.region), ec2=ec2)
    return (found["State"], found.get("StateReason", {}).get("Message", "")) if found else (UNKNOWN, "")


def _host(thing: Thing, ssm: Any) -> Seen:
    filters = [{"Key": "InstanceIds", "Values": [thing.id]}]
    found = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
    return (found[0]["PingStatus"], "") if found else (UNKNOWN, "")


def _command(thing: Thing, ssm: Any) -> Seen:
    found = ssm.list_command_invocations(CommandId=thing.id)["CommandInvocations"]
    return (found[0]["Status"], found[0]["StatusDetails"]) if found else (UNKNOWN, "")


def _instance(thing: Thing, ec2: Any) -> Seen:
    try:
        found = ec2.describe_instances(InstanceIds=[thing.id])["Reservations"]
    except ClientError as error:
        if code_of(error) == "InvalidInstanceID.NotFound":
            return UNKNOWN, ""
        raise
    return (found[0]["Instances"][0]["State"]["Name"], "") if found else (UNKNOWN, "")


LOOKS: Final[dict[Kind, tuple[str, Callable[[Thing, Any], Seen]]]] = {
    Kind.IMAGE: ("ec2", _image),
    Kind.HOST: ("ssm", _host),
    Kind.COMMAND: ("ssm", _command),
    Kind.INSTANCE: ("ec2", _instance),
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
