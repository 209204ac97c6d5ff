"""The launch templates of a place, and who refers to which of their versions."""

from collections.abc import Iterable
from typing import Any, Final

from goldsmith.gather.usage.auto_scaling import refreshes
from goldsmith.gather.usage.reader import Found, RegionReader, TemplateMention, Through, Usage, Version
from goldsmith.gather.usage.reading import UNREADABLE, explain, read
from goldsmith.gather.usage.sources import Source
from goldsmith.values.launch_templates import Template
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Tag

ACTIONS: Final = ("autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeInstanceRefreshes")


def look(reader: RegionReader, sources: Iterable[Source]) -> tuple[tuple[Template, ...], dict[str, str]]:
    """By these sources; and what could not be read."""
    found: list[Found] = []
    usage = read(reader, sources, found=found)
    return templates_of(reader, found, usage), usage.unseen


def templates_of(reader: RegionReader, found: list[Found], usage: Usage) -> tuple[Template, ...]:
    """With instance refreshes under way, where a template is ours: they take a call for each group."""
    if any(isinstance(each, Version) and Tag.FAMILY in _tags(each.template) for each in found):
        try:
            found.extend(refreshes(reader))
        except UNREADABLE as error:
            usage.unseen["instance refreshes"] = explain(error, ACTIONS)
    return templates(found)


def templates(found: Iterable[Found]) -> tuple[Template, ...]:
    """Whoever names a version that there is not, or none at all, holds every version."""
    versions: dict[str, list[Version]] = {}
    numbers: dict[tuple[str, str], int] = {}
    references: dict[str, list[Through | TemplateMention]] = {}
    for each in found:
        if isinstance(each, Version):
            versions.setdefault(each.template["LaunchTemplateId"], []).append(each)
            numbers |= dict.fromkeys(each.names, each.number)
        elif isinstance(each, Through | TemplateMention):
            references.setdefault(each.template, []).append(each)
    return tuple(_template(of, numbers, references) for of in versions.values())


def _template(
    versions: list[Version],
    numbers: dict[tuple[str, str], int],
    references: dict[str, list[Through | TemplateMention]],
) -> Template:
    said = versions[0].template
    used: dict[int, Use] = {}
    held: list[Use] = []
    for name in (said["LaunchTemplateId"], said["LaunchTemplateName"]):
        for each in references.get(name, ()):
            if (number := numbers.get((name, each.version))) is None:
                held.append(each.use)
            else:
                used.setdefault(number, each.use)
    return Template(
        template_id=said["LaunchTemplateId"],
        name=said["LaunchTemplateName"],
        default=said["DefaultVersionNumber"],
        latest=said["LatestVersionNumber"],
        tags=_tags(said),
        versions={each.number: each.created for each in versions},
        used_by=used,
        held_by=tuple(held[:1]),
    )


def _tags(template: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in template.get("Tags", [])}
