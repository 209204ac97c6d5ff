"""What a launch that failed says about itself: told by Auto Scaling, or by CloudTrail of a call to EC2."""

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import Field

from goldsmith.gather.usage.reader import ALIAS, IMAGE_ID, through
from goldsmith.model import Event, Model
from goldsmith.values.usage import Use

CALLS: Final = frozenset({"RunInstances", "CreateFleet"})
CONFIGS: Final = ("requestParameters", "CreateFleetRequest", "LaunchTemplateConfigs")
ERRORS: Final = ("responseElements", "CreateFleetResponse", "errorSet")
TRIED: Final = (*ERRORS, "launchTemplateAndOverrides")
IMAGES: Final = (
    ("errorMessage",),
    ("requestParameters", "instancesSet", "imageId"),
    (*CONFIGS, "Overrides", "ImageId"),
    (*ERRORS, "errorMessage"),
    (*TRIED, "overrides", "imageId"),
)
TEMPLATES: Final = (
    ("requestParameters", "launchTemplate"),
    (*CONFIGS, "LaunchTemplateSpecification"),
    (*CONFIGS, "Overrides", "LaunchTemplateSpecification"),
    (*TRIED, "launchTemplateSpecification"),
    (*TRIED, "overrides", "launchTemplateSpecification"),
)
VERSION: Final = re.compile(r"\d+|\$Latest|\$Default")


class TemplateRef(Model):
    """A version of a launch template."""

    template: str = Field(description="Its id or name.")
    version: str = Field("$Default", description="A number, $Latest or $Default.")


class Named(Model):
    """A failed launch: where, whose, and all that it names; rather more than it needs than less."""

    account: str
    region: str
    who: str = Field(description="ARN of the Auto Scaling group, or of whoever called EC2; as near as the event tells.")
    images: tuple[str, ...] = Field(description="AMI ids, and aliases: `resolve:ssm:` and a parameter.")
    group: str = Field("", description="The name of the Auto Scaling group.")
    templates: tuple[TemplateRef, ...] = ()


def named(event: Event) -> Named | None:
    """None if the event is no failed launch, or names neither image, nor template, nor group.

    Why it failed is not asked: AWS has many words for it, and whether an image is ours to give back is known elsewhere.
    """
    match event.source, event.detail_type:
        case "aws.autoscaling", "EC2 Instance Launch Unsuccessful":
            said = _by_group(event)
        case "aws.ec2", "AWS API Call via CloudTrail" if _is_refused(event.detail):
            said = _by_call(event)
        case _:
            return None
    return said if said.images or said.group or said.templates else None


def _by_group(event: Event) -> Named:
    group = next(_texts(event.detail, "AutoScalingGroupName"), "")
    arns = (each for each in event.resources if ":autoScalingGroup:" in each)
    return Named(
        account=event.account,
        region=event.region,
        who=next(arns, group),
        images=_images([*_texts(event.detail, "StatusMessage")]),
        group=group,
    )


def _is_refused(detail: dict[str, Any]) -> bool:
    """A fleet that is `instant` is answered without an error of its own, though nothing could be launched."""
    refused = [*_texts(detail, "errorCode"), *_texts(detail, *ERRORS, "errorCode")]
    return bool(refused) and not CALLS.isdisjoint(_texts(detail, "eventName"))


def _by_call(event: Event) -> Named:
    detail = event.detail
    callers = [*_texts(detail, "userIdentity", "arn"), *_texts(detail, "userIdentity", "invokedBy"), ""]
    return Named(
        account=event.account,
        region=event.region,
        who=callers[0],
        images=_images([text for path in IMAGES for text in _texts(detail, *path)]),
        templates=_templates(detail, Use(kind="launch", arn=callers[0], how="CloudTrail")),
    )


def _images(texts: list[str]) -> tuple[str, ...]:
    """AMI ids from anywhere in a text; an alias only where it is all of it: in a sentence nobody knows its end."""
    aliases = [text for text in texts if ALIAS.fullmatch(text)]
    return tuple(sorted({*aliases, *(image for text in texts for image in IMAGE_ID.findall(text))}))


def _templates(detail: dict[str, Any], use: Use) -> tuple[TemplateRef, ...]:
    """Once each.  What cannot be a version is none: EC2 would only refuse to look for it."""
    specifications = [each for path in TEMPLATES for each in _at(detail, *path) if isinstance(each, dict)]
    found = [each for specification in specifications for each in through(specification, use)]
    return tuple(
        dict.fromkeys(
            TemplateRef(template=each.template, version=each.version)
            for each in found
            if isinstance(each.template, str) and VERSION.fullmatch(each.version)
        )
    )


def _texts(node: Any, *path: str) -> Iterator[str]:
    yield from (each for each in _at(node, *path) if isinstance(each, str) and each)


def _at(node: Any, *path: str) -> Iterator[Any]:
    """All that lies at a path: in whichever case its members are written, and through lists, of one entry or many.

    CloudTrail writes a list as XML has it: in `item` or `items`, and without brackets if it has but one entry.
    """
    if isinstance(node, list):
        for each in node:
            yield from _at(each, *path)
    elif isinstance(node, dict) and (inner := [node[name] for name in ("item", "items") if name in node]):
        yield from _at(inner, *path)
    elif not path:
        yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            if name.lower() == path[0].lower():
                yield from _at(value, *path[1:])
