"""What a demo shows of retirement: which versions leave, where they stand, and the first day of each step to come."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import boto3

from goldsmith.gather.build.version import images_of
from goldsmith.gather.image import tags_of
from goldsmith.gather.retire.images import image_of
from goldsmith.gather.retire.timetable import following
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.ledger.announced import announced
from goldsmith.recipe.retirement import Retirement
from goldsmith.values.estate import RegionInventory, copy_of
from goldsmith.values.retire import AccountRegion, Copy, RetireStep
from goldsmith.vocabulary import EventType, Stage, Tag
from goldsmith_cli.deployment import Deployment
from sandbox.deploy import HOME, REGIONS

Facts = dict[str, Any]
AFTER: Final = {
    RetireStep.DEPRECATE: Stage.DEPRECATED,
    RetireStep.DISABLE: Stage.DISABLED,
    RetireStep.DEREGISTER: Stage.DEREGISTERED,
}
STATES: Final = {RetireStep.DISABLE: "disabled", RetireStep.DEREGISTER: "deregistered"}  # in EC2's words


def leaving_of(deployment: Deployment, family: str, events: Sequence[Facts], rules: Retirement) -> list[Facts]:
    """Every version whose retirement was announced."""
    told = [each["detail"] for each in events if each["detail_type"] == EventType.RETIREMENT_ANNOUNCED]
    at = announced(deployment.ledger).get(family, {})
    return [_leaving(deployment, each, at.get(each["version"]), rules) for each in told]


def _leaving(deployment: Deployment, said: Facts, at: datetime | None, rules: Retirement) -> Facts:
    copies = list(_copies(deployment, said["family"], said["version"]))
    return {
        "version": said["version"],
        "announced": f"{at:%Y-%m-%d}" if at else "",
        "on": said["on"],
        "copies": {
            each.image.region: {"image_id": each.image.image_id, "state": each.state, "stage": each.stage}
            for each in copies
        },
        "days": {step.value: f"{day:%Y-%m-%d}" for step, day in timetable(copies, at, rules)},
    }


def _copies(deployment: Deployment, family: str, version: str) -> Iterator[Copy]:
    for region in REGIONS:
        ec2 = deployment.session.client("ec2", region_name=region)
        reader = RegionReader(deployment.account, region, lambda _: None)  # nothing more of it is read
        for found in images_of(family, version, ec2=ec2, disabled=True):
            yield copy_of(
                image_of(reader, found),
                RegionInventory(account_region=AccountRegion(account=deployment.account, region=region)),
            )


def timetable(copies: Sequence[Copy], at: datetime | None, rules: Retirement) -> Iterator[tuple[RetireStep, datetime]]:
    """Each step to come on the day on which it is due, if each one before it is taken on its own."""
    while (step := following(copies, at, rules)) and step.at and step.step in AFTER:
        yield step.step, step.at
        moved = {"stage": AFTER[step.step], "since": step.at, "state": STATES.get(step.step, "available")}
        copies = [each.model_copy(update=moved | {"was": each.stage}) for each in copies]


def versions_of(session: boto3.Session, family: str) -> dict[str, str]:
    """The stage of each version of the family at home."""
    wanted: Any = [{"Name": f"tag:{Tag.FAMILY}", "Values": [family]}]
    found = session.client("ec2", region_name=HOME).describe_images(Owners=["self"], Filters=wanted)["Images"]
    tags = [tags_of(each) for each in found]  # type: ignore[arg-type]
    return {each[Tag.VERSION]: each[Tag.STAGE] for each in sorted(tags, key=lambda each: each[Tag.VERSION])}


def unkept(facts: Facts) -> Iterator[str]:
    """A line for each promise on retirement that does not hold."""
    if not facts["leaving"]:
        yield "no retirement was announced"
    for each in facts["leaving"]:
        yield from (f"{each['version']}: {fault}" for fault in _faults(each))
    stages = facts["versions"]
    wrong = {name: stage for name, stage in stages.items() if name != facts["version"] and stage != Stage.SUPERSEDED}
    yield from (f"{name} is {stage}, though a newer version is released" for name, stage in wrong.items())
    if min(stages, default="") not in {each["version"] for each in facts["leaving"]}:
        yield "the oldest version is not among those that leave"
    said = [each["detail"]["version"] for each in facts["events"] if each["detail_type"] == EventType.IMAGE_SUPERSEDED]
    before = max((name for name in stages if name < facts["version"]), default="")
    if before not in said:
        yield f"nobody said that {before or 'any version'} is superseded"


def _faults(leaving: Facts) -> Iterable[str]:
    days = list(leaving["days"].values())
    if list(leaving["days"]) != [step.value for step in AFTER]:
        yield f"its steps to come are {', '.join(leaving['days']) or 'none'}"
    elif not leaving["announced"] < days[0] < days[1] < days[2]:
        yield f"its days are in no order: {', '.join(days)}"
    elif leaving["on"] != days[0]:
        yield f"its owner was told {leaving['on']}, and it is due on {days[0]}"
    if HOME not in leaving["copies"] or len(leaving["copies"]) == 1:
        yield f"it is in {', '.join(leaving['copies']) or 'no region'}"
    for region, copy in leaving["copies"].items():
        if (copy["stage"], copy["state"]) != (Stage.SUPERSEDED, "available"):
            yield f"{region} has it {copy['stage']} and {copy['state']}"
