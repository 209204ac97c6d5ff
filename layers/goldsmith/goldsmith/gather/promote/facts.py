"""What a channel points to in each region now, and the AMI of this version that is there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from goldsmith.errors import GoldsmithError, code_of
from goldsmith.gather.distribute.facts import copies
from goldsmith.gather.image import describe, tags_of
from goldsmith.model import ImageRef
from goldsmith.values.distribute import Leg, Route
from goldsmith.values.promote import POINTER, PointerFacts, PromoteFacts
from goldsmith.vocabulary import Tag

Found = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    value: str
    data_type: str


def parameter_of(family: str, channel: str, architecture: str) -> str:
    """What consumers follow."""
    return f"/goldsmith/{family}/{channel}/{architecture}"


def read_parameter(name: str, *, ssm: Any) -> Parameter | None:
    try:
        found = ssm.get_parameter(Name=name)["Parameter"]
    except ClientError as error:
        if code_of(error) == "ParameterNotFound":
            return None
        raise
    return Parameter(value=found["Value"], data_type=found.get("DataType", "text"))


def gather_pointers(route: Route, *, client: Callable[[str, str], Any]) -> PromoteFacts:
    """Of every region of the recipe.  A place that cannot be read is `unseen`."""
    pointers = tuple(_pointer(leg, route, client) for leg in route.legs)
    return PromoteFacts(family=route.family, version=route.version, channel=route.channel, pointers=pointers)


def _pointer(leg: Leg, route: Route, client: Callable[[str, str], Any]) -> PointerFacts:
    known = PointerFacts(
        region=leg.region,
        architecture=leg.architecture,
        best_effort=leg.best_effort,
        parameter=parameter_of(route.family, route.channel, leg.architecture),
    )
    try:
        ec2 = client("ec2", leg.region)
        there = _there(leg, ec2)
        found = read_parameter(known.parameter, ssm=client("ssm", leg.region))
        current = {"data_type": found.data_type, "current": found.value} if found else {}
        if found and found.data_type == POINTER:  # else nothing says that it is an AMI at all
            current["current_version"] = _version(found.value, leg, route.family, ec2)
    except (ClientError, BotoCoreError, GoldsmithError) as error:
        return known.model_copy(update={"unseen": (f"{leg.region}: {error}",)})
    return known.model_copy(update=there | current)


def _there(leg: Leg, ec2: Any) -> Found:
    if leg.is_home:
        home = describe(leg.source, ec2=ec2)
        found = [home] if home else []
    else:
        found = copies(leg, ec2=ec2)
    for image in found:
        if image["State"] == "available":
            place = ImageRef(image_id=image["ImageId"], account=image["OwnerId"], region=leg.region)
            return {"image": place, "name": image["Name"], "stage": tags_of(image).get(Tag.STAGE, "")}
    return {}


def _version(image_id: str, leg: Leg, family: str, ec2: Any) -> str:
    """Of the AMI that it points to, where that is one of this family."""
    found = describe(ImageRef(image_id=image_id, account=leg.source.account, region=leg.region), ec2=ec2)
    tags = tags_of(found) if found else {}
    return tags.get(Tag.VERSION, "") if tags.get(Tag.FAMILY) == family else ""
