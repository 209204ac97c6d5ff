"""Which AMIs does a launch that failed need?"""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.gather.restore.failed_launch import Named
from goldsmith.gather.usage.auto_scaling import launch_configurations, launches
from goldsmith.gather.usage.launch_templates import image_of
from goldsmith.gather.usage.parameters import images_of
from goldsmith.gather.usage.reader import Found, Mention, RegionReader, Through


def images_needed(said: Named, client: Callable[[str, str], Any]) -> frozenset[str]:
    """Their ids: those that it names, and those that its group, templates and aliases stand for now.

    `client(service, region)` makes clients of its account.  What is gone meanwhile stands for nothing.
    CannotTell if an alias of another account does not resolve.
    """
    reader = RegionReader(said.account, said.region, lambda service: client(service, said.region))
    found = list(_by_group(reader, said.group)) if said.group else []
    templates = {(each.template, each.version) for each in said.templates}
    templates |= {(each.template, each.version) for each in found if isinstance(each, Through)}
    named = {*said.images, *(each.image for each in found if isinstance(each, Mention))}
    named |= {image for each in sorted(templates) if (image := _image_of(reader, *each))}
    aliases = {each for each in named if each.startswith("resolve:ssm:")}
    return frozenset(named - aliases).union(*images_of(reader, aliases).values())


def _by_group(reader: RegionReader, name: str) -> Iterator[Found]:
    """What the next instance of a group is launched from; what those that run were launched from is no matter."""
    asked = {"AutoScalingGroupNames": [name]}
    for group in reader.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", **asked):
        yield from launches(group)
        if configuration := group.get("LaunchConfigurationName"):
            yield from launch_configurations(reader, configuration)


def _image_of(reader: RegionReader, template: str, version: str) -> str:
    """Also "" if EC2 says that nothing can be named so: who mistyped a template was refused for just that."""
    try:
        return image_of(reader, template, version)
    except ClientError as error:
        if "Malformed" in code_of(error):
            return ""
        raise
