"""Which machines did runs of ours start, that are still there?"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from goldsmith.vocabulary import Tag

ALIVE = ["pending", "running", "stopping", "stopped"]


def gather_instances(
    regions: Iterable[str], *, client: Callable[[str, str], Any], run: str | None = None
) -> dict[str, dict[str, list[str]]]:
    """Instance ids by run and region: of one run, or of every run that has any."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    ours = {"Name": f"tag:{Tag.RUN}", "Values": [run]} if run else {"Name": "tag-key", "Values": [Tag.RUN.value]}
    filters = [ours, {"Name": "instance-state-name", "Values": ALIVE}]
    for region in regions:
        pages = client("ec2", region).get_paginator("describe_instances").paginate(Filters=filters)
        for instance in (i for page in pages for r in page["Reservations"] for i in r["Instances"]):
            tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
            found[tags[Tag.RUN]][region].append(instance["InstanceId"])
    return found
