"""Mark what a run half made: its AMIs and their snapshots are in stage `failed`, and retirement removes them."""

from datetime import datetime
from typing import Any

from goldsmith.gather.image import snapshots_of, tags_of
from goldsmith.lifecycle import Deed, leads, moved
from goldsmith.vocabulary import Stage, Tag


def fail(run: str, *, ec2: Any, now: datetime) -> list[str]:
    """The ids of the AMIs that carry the run's tag and are marked; those in any other stage are left alone.

    Snapshots are found by their own tags too: an AMI that failed does not name them.
    """
    ours = {"Name": f"tag:{Tag.RUN}", "Values": [run]}
    images = [each for each in _images(ours, ec2=ec2) if leads(Deed.FAIL, tags_of(each).get(Tag.STAGE))]
    candidates = {"Name": f"tag:{Tag.STAGE}", "Values": [Stage.CANDIDATE.value]}
    pages = ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], Filters=[ours, candidates])
    snapshots = {each["SnapshotId"] for page in pages for each in page["Snapshots"]}
    snapshots |= {snapshot for image in images for snapshot in snapshots_of(image)}
    marked = [image["ImageId"] for image in images]
    if marked or snapshots:
        tags = moved(Deed.FAIL, Stage.CANDIDATE, now)
        written = [{"Key": key.value, "Value": value} for key, value in tags.items()]
        ec2.create_tags(Resources=[*marked, *sorted(snapshots)], Tags=written)
    return marked


def _images(ours: dict[str, Any], *, ec2: Any) -> list[dict[str, Any]]:
    pages = ec2.get_paginator("describe_images").paginate(Owners=["self"], Filters=[ours], IncludeDeprecated=True)
    return [image for page in pages for image in page["Images"]]
