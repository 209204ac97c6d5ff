"""Is a thing that somebody waits for done?  Looked at by `look`, told by an AWS event in `told`."""

from collections.abc import Callable
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.gather.image import describe
from goldsmith.model import Event, ImageRef, Sighting, Thing
from goldsmith.vocabulary import Kind

UNDER_WAY: Final = {Kind.IMAGE: frozenset({"pending", "transient", "unknown"})}


def is_done(sighting: Sighting) -> bool:
    """Whether nothing more will happen by itself, for good or ill: who waits is told either way."""
    return sighting.state not in UNDER_WAY[sighting.thing.kind]


def look(thing: Thing, *, client: Callable[[str, str], Any]) -> Sighting:
    """See the thing now.  `client(service, region)` makes clients; `unknown` is what AWS does not know yet."""
    image = ImageRef(image_id=thing.id, account=thing.account, region=thing.region)
    found = describe(image, ec2=client("ec2", thing.region))
    if found is None:
        return Sighting(thing=thing, state="unknown")
    return Sighting(thing=thing, state=found["State"], message=found.get("StateReason", {}).get("Message", ""))


def told(event: Event) -> Sighting:
    """The same, from the event by which the AWS service reports it."""
    if event.detail_type != "EC2 AMI State Change":
        raise NeedsAPerson(f"no wait ends on a {event.detail_type!r}: a rule in template.yaml sends too much")
    thing = Thing(kind=Kind.IMAGE, account=event.account, region=event.region, id=event.detail["ImageId"])
    return Sighting(thing=thing, state=event.detail["State"], message=event.detail["ErrorMessage"])
