"""Which version does this build make, and what has an earlier attempt at it left behind?"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count
from typing import Any

from goldsmith.gather.image import tags_of
from goldsmith.vocabulary import Tag

Claims = dict[str, str]  # AMI id by architecture


def name_image(family: str, version: str, architecture: str) -> str:
    """The name of an AMI: it follows from what it names, so that it can be found without knowing its id."""
    return f"{family}-{version}-{architecture}"


def versions(day: date) -> Iterator[str]:
    """`2026.05.01`, `2026.05.01.2`, `2026.05.01.3`, …"""
    first = f"{day:%Y.%m.%d}"
    yield first
    yield from (f"{first}.{number}" for number in count(2))


def choose(
    family: str, day: date, architectures: Iterable[str], *, claimable: Callable[[dict[str, Any]], bool], ec2: Any
) -> tuple[str, Claims]:
    """The first version of the day whose names are free, or taken by AMIs that are claimable, as EC2 describes them."""
    wanted = tuple(architectures)
    taken = _taken(family, day, ec2=ec2)
    for version in versions(day):
        found = {arch: taken.get(name_image(family, version, arch)) for arch in wanted}
        if all(claimable(image) for image in found.values() if image):
            return version, {arch: image["ImageId"] for arch, image in found.items() if image}
    raise AssertionError("versions never end")


def images_of(family: str, version: str, *, ec2: Any, disabled: bool = False) -> list[dict[str, Any]]:
    """The AMIs of a version in one region, as EC2 describes them; those that are disabled too, if they are wanted.

    Ours by their own id: a copy that somebody else made has another's.  Filters know wildcards, so they are not enough.
    """
    wanted = {Tag.FAMILY: family, Tag.VERSION: version}
    filters = [{"Name": f"tag:{tag}", "Values": [value]} for tag, value in wanted.items()]
    pages = ec2.get_paginator("describe_images").paginate(
        Owners=["self"], Filters=filters, IncludeDeprecated=True, IncludeDisabled=disabled
    )
    found = [image for page in pages for image in page["Images"]]
    return [each for each in found if wanted.items() | {(Tag.IMAGE, each["ImageId"])} <= tags_of(each).items()]


def _taken(family: str, day: date, *, ec2: Any) -> dict[str, dict[str, Any]]:
    """The AMIs of this account whose names begin as those of that day do, by name."""
    pages = ec2.get_paginator("describe_images").paginate(
        Owners=["self"],
        Filters=[{"Name": "name", "Values": [name_image(family, f"{day:%Y.%m.%d}*", "*")]}],
        IncludeDeprecated=True,
        IncludeDisabled=True,
    )
    return {image["Name"]: image for page in pages for image in page["Images"]}
