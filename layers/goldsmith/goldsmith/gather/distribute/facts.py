"""The AMIs of a version where they went: found by name, looked at whole."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from goldsmith.errors import GoldsmithError
from goldsmith.gather.image import describe, snapshots_of, tags_of
from goldsmith.values.distribute import CopyOutcome, DistributeFacts, DistributeWork, Leg, LegFacts, Route, Sharing
from goldsmith.vocabulary import Tag

Found = dict[str, Any]
Clients = Callable[[str, str], Any]
OURS: Final = "goldsmith:"


def copies(leg: Leg, *, ec2: Any) -> list[Found]:
    """Every attempt at this copy, the first one first; EC2 says what each was copied from, whatever its tags say."""
    pages = ec2.get_paginator("describe_images").paginate(
        Owners=["self"],
        Filters=[{"Name": "name", "Values": [leg.name, f"{leg.name}-*"]}],
        IncludeDeprecated=True,
        IncludeDisabled=True,
    )
    found = (image for page in pages for image in page["Images"])
    of = (leg.source.image_id, leg.source.region)
    ours = (each for each in found if (each.get("SourceImageId"), each.get("SourceImageRegion")) == of)
    return sorted(ours, key=lambda image: (len(image["Name"]), image["Name"]))


def unshared(image_id: str, sharing: Sharing, *, ec2: Any) -> tuple[dict[str, str], ...]:
    """The launch permissions that the recipe wants and the AMI has not."""
    if not sharing.wanted:
        return ()
    told = ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")["LaunchPermissions"]
    return tuple(each for each in sharing.wanted if each not in told)


def gather_copies(arrival: DistributeWork, *, client: Clients) -> DistributeFacts:
    """What is there now, whatever its run remembers.  A place that cannot be read is `unseen`."""
    route = arrival.route
    ended = {(each.leg.architecture, each.leg.region): each for each in arrival.endings}
    facts = tuple(
        _seen(ended.get((leg.architecture, leg.region), CopyOutcome(leg=leg, failure=arrival.failure)), route, client)
        for leg in route.legs
    )
    return DistributeFacts(family=route.family, version=route.version, legs=facts)


def _seen(ending: CopyOutcome, route: Route, client: Clients) -> LegFacts:
    leg = ending.leg
    known = LegFacts(
        architecture=leg.architecture,
        region=leg.region,
        best_effort=leg.best_effort,
        name=leg.name,
        image=ending.image,
        failure=ending.failure,
    )
    if ending.image is None:
        return known
    try:
        return known.model_copy(update=_state(ending, route.sharing, client("ec2", leg.region)))
    except (ClientError, BotoCoreError, GoldsmithError) as error:
        return known.model_copy(update={"unseen": (f"{leg.region}: {error}",)})


def _state(ending: CopyOutcome, sharing: Sharing, ec2: Any) -> Found:
    image = ending.image
    found = describe(image, ec2=ec2) if image else None
    if image is None or found is None:
        return {"state": "", "unseen": (f"{ending.leg.region}: EC2 does not show the copy",)}
    snapshots = ec2.describe_snapshots(SnapshotIds=snapshots_of(found))["Snapshots"]
    return {
        "name": found["Name"],
        "state": found["State"],
        "encrypted": bool(snapshots) and all(each["Encrypted"] for each in snapshots),
        "untagged": tuple(sorted(_lacking(found, snapshots))),
        "unshared": tuple(next(iter(each.values())) for each in unshared(image.image_id, sharing, ec2=ec2)),
    }


def _lacking(found: Found, snapshots: Iterable[Found]) -> set[str]:
    """What it or a snapshot of it has not; its own id is compared, and of each other tag whether it is there."""
    needed = {tag.value for tag in Tag} - {Tag.HOLD, Tag.HOST, Tag.SNOOZE, Tag.STAGE_BEFORE}
    tags = [tags_of(each) for each in (found, *snapshots)]
    lacking = {name for each in tags for name in needed - each.keys()}
    return lacking | {Tag.IMAGE.value for each in tags if each.get(Tag.IMAGE) != found["ImageId"]}
