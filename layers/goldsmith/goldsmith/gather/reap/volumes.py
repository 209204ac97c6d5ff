"""Which volumes did hosts of ours leave behind?"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from goldsmith.vocabulary import Tag


def gather_volumes(
    regions: Iterable[str], *, client: Callable[[str, str], Any], run: str | None = None
) -> dict[str, dict[str, list[str]]]:
    """Ids of the volumes that no instance has, by run and region: of one run, or of every run that has any.

    A volume is ours by `goldsmith:host` alone.  AMIs carry `goldsmith:run`, and tools copy the tags of an AMI to the
    volumes of the instances that are launched from it.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    ours = {"Name": f"tag:{Tag.HOST}", "Values": [run]} if run else {"Name": "tag-key", "Values": [Tag.HOST.value]}
    filters = [ours, {"Name": "status", "Values": ["available"]}]
    for region in regions:
        pages = client("ec2", region).get_paginator("describe_volumes").paginate(Filters=filters)
        for volume in (volume for page in pages for volume in page["Volumes"]):
            tags = {tag["Key"]: tag["Value"] for tag in volume["Tags"]}
            found[tags[Tag.HOST]][region].append(volume["VolumeId"])
    return found
