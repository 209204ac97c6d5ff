"""What a demo came to, read back from the embedded AWS through its API, and whether it is what was promised."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import boto3

from demo.leaving import leaving_of, unkept, versions_of
from goldsmith.model import FamilyRef
from goldsmith.recipe.document import Recipe
from goldsmith.run import execution_arn, verb_of
from goldsmith.vocabulary import EventType, Stage, Tag, Verb
from goldsmith_cli.deployment import Deployment
from sandbox.deploy import REGIONS

Facts = dict[str, Any]
TOLD_APART: Final = {Tag.HOLD, Tag.HOST, Tag.SNOOZE, Tag.STAGE_BEFORE}  # tags that not every image has
FULL: Final = frozenset(str(tag) for tag in Tag if tag not in TOLD_APART)
ALIVE: Final = ("pending", "running", "stopping", "stopped", "shutting-down")
ENDED_BY: Final = {  # the runs that a demo is made of, in this order, and what is said when they come to a good end
    Verb.BUILD: EventType.IMAGE_BUILT,
    Verb.VERIFY: EventType.IMAGE_VERIFIED,
    Verb.DISTRIBUTE: EventType.IMAGE_DISTRIBUTED,
    Verb.PROMOTE: EventType.IMAGE_PROMOTED,
    Verb.RETIRE: EventType.RETIREMENT_ANNOUNCED,
}
CHANNEL: Final = "staging"
QUIET: Final = frozenset(  # what may happen each day, and is told to no owner
    {
        EventType.IMAGE_AGE_THRESHOLD_REACHED, EventType.IMAGE_KEPT, EventType.IMAGE_PROLONGED,
        EventType.IMAGE_SUPERSEDED, EventType.SNAPSHOT_DELETED, EventType.SNAPSHOT_KEPT,
    }
)  # fmt: skip


class BrokenError(RuntimeError):
    """It did not come to what was promised; the message says what is wrong."""


def facts_of(
    deployment: Deployment, recipe: Recipe, version: str, mail: Sequence[Facts], before: frozenset[str]
) -> Facts:
    """The shape that `make demo ARGS="--json FILE"` writes.  `before`: instances that were there already."""
    session, family = deployment.session, recipe.family
    found = {region: _image(session, region, family, version) for region in REGIONS}
    events = events_of(deployment, family)
    there = {region: image for region, image in found.items() if image}
    stages = {image["tags"].get(Tag.STAGE, "") for image in there.values()}
    return {
        "family": family,
        "version": version,
        "stage": stages.pop() if len(stages) == 1 else "mixed",
        "regions": there,
        "channels": {CHANNEL: dict(_pointers(session, family))},
        "instances_left": len(instances(session) - before),
        "events": events,
        "notifications": list(mail),
        "versions": versions_of(session, family),
        "leaving": leaving_of(deployment, family, events, recipe.retirement),
        "stages": list(_stages(deployment, family)),
    }


def events_of(deployment: Deployment, family: str) -> list[Facts]:
    """All that was said about the family, oldest first."""
    told = deployment.ledger.history(FamilyRef(family=family).place)
    return [{"detail_type": kind, "time": when, "detail": detail} for when, kind, detail in told]


def seconds_of(deployment: Deployment, event: Facts) -> float | None:
    """How long the run took, as Step Functions says, that came to its good end with this event; None: it is no end."""
    if event["detail_type"] not in ENDED_BY.values():
        return None
    arn = execution_arn(deployment.outputs["StateMachines"], event["detail"]["run"])
    run = deployment.session.client("stepfunctions").describe_execution(executionArn=arn)
    return float((run.get("stopDate", datetime.now(UTC)) - run["startDate"]).total_seconds())


def broken(facts: Facts, regions: tuple[str, ...]) -> Iterator[str]:
    """A line for each promise that does not hold."""
    if facts["stage"] != Stage.RELEASED:
        yield f"the stage is {facts['stage']}, not released"
    for region in regions:
        image = facts["regions"].get(region)
        if not image:
            yield f"{region} has no AMI"
            continue
        yield from (f"{region}: {each}" for each in _faults(image, facts["version"]))
        if facts["channels"][CHANNEL].get(region) != image["image_id"]:
            yield f"{region}: {CHANNEL} does not point to {image['image_id']}"
    if facts["instances_left"]:
        yield f"{facts['instances_left']} instances are left"
    said = Counter(each["detail_type"] for each in facts["events"] if each["detail_type"] not in QUIET)
    told = Counter(each["event"] for each in facts["notifications"])
    if said != told:
        yield f"not one message per event: {dict(said - told)} untold, {dict(told - said)} too many"
    yield from unkept(facts)


def _faults(image: Facts, version: str) -> Iterator[str]:
    if image["state"] != "available":
        yield f"the AMI is {image['state']}"
    if not image["encrypted"]:
        yield "a snapshot is not encrypted"
    for tags in (image["tags"], *image["snapshot_tags"]):
        if missing := sorted(FULL - tags.keys()):
            yield f"the tags {', '.join(missing)} are missing"
        if tags.get(Tag.VERSION) != version or tags.get(Tag.IMAGE) != image["image_id"]:
            yield "a tag names another version or AMI"
    if not image["snapshot_tags"]:
        yield "the AMI has no snapshot"
    if any(tags != image["tags"] for tags in image["snapshot_tags"]):
        yield "a snapshot has other tags than its AMI"


def _image(session: boto3.Session, region: str, family: str, version: str) -> Facts | None:
    """None: there is none; BrokenError if it was made more than once."""
    ec2 = session.client("ec2", region_name=region)
    wanted = {Tag.FAMILY: family, Tag.VERSION: version}
    filters: Any = [{"Name": f"tag:{tag}", "Values": [value]} for tag, value in wanted.items()]
    found = ec2.describe_images(Owners=["self"], Filters=filters)["Images"]
    if not found:
        return None
    if len(found) > 1:
        raise BrokenError(f"{region} has {len(found)} AMIs of {family} {version}")
    image = found[0]
    ids = [each["Ebs"]["SnapshotId"] for each in image["BlockDeviceMappings"] if "Ebs" in each]
    snapshots = ec2.describe_snapshots(SnapshotIds=ids)["Snapshots"]
    return {
        "image_id": image["ImageId"],
        "state": image["State"],
        "encrypted": all(each["Encrypted"] for each in snapshots),
        "tags": {tag["Key"]: tag["Value"] for tag in image.get("Tags", [])},
        "snapshot_tags": [{tag["Key"]: tag["Value"] for tag in each.get("Tags", [])} for each in snapshots],
    }


def _pointers(session: boto3.Session, family: str) -> Iterator[tuple[str, str]]:
    for region in REGIONS:
        ssm = session.client("ssm", region_name=region)
        for each in ssm.get_parameters_by_path(Path=f"/goldsmith/{family}/{CHANNEL}")["Parameters"]:
            yield region, each["Value"]


def instances(session: boto3.Session) -> frozenset[str]:
    """The ids of all that are not gone, whosever they are."""
    alive: Any = [{"Name": "instance-state-name", "Values": [*ALIVE]}]
    found: set[str] = set()
    for region in REGIONS:
        pages = session.client("ec2", region_name=region).get_paginator("describe_instances").paginate(Filters=alive)
        found |= {each["InstanceId"] for page in pages for held in page["Reservations"] for each in held["Instances"]}
    return frozenset(found)


def _stages(deployment: Deployment, family: str) -> Iterator[Facts]:
    """How long each workflow took, as Step Functions says, the first one first."""
    states = deployment.session.client("stepfunctions")
    runs = []
    for verb in ENDED_BY:
        listed = states.list_executions(stateMachineArn=f"{deployment.outputs['StateMachines']}{verb}")["executions"]
        subject = "sweep" if verb is Verb.RETIRE else family
        runs += [each for each in listed if each["name"].startswith(f"{verb}-{subject}-") and "stopDate" in each]
    for each in sorted(runs, key=lambda run: run["startDate"]):
        seconds = (each["stopDate"] - each["startDate"]).total_seconds()
        yield {"name": verb_of(each["name"]).value, "seconds": round(seconds, 1)}
