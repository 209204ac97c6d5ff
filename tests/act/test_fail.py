"""What a run half made is marked; what others made, and what has gone on, is not."""

from typing import Any

import boto3
import pytest

from goldsmith.act.run.fail import fail
from tests.act.conftest import NOW

RUN = "build-webapp-1"


@pytest.fixture
def ec2() -> Any:
    return boto3.client("ec2")


def base(ec2: Any) -> str:
    return str(ec2.register_image(Name="base", RootDeviceName="/dev/xvda")["ImageId"])


def made(ec2: Any, run: str = RUN, stage: str | None = "candidate") -> tuple[str, str]:
    """An AMI of a run and its snapshot."""
    tags = [{"Key": "goldsmith:run", "Value": run}] + ([{"Key": "goldsmith:stage", "Value": stage}] if stage else [])
    instance = ec2.run_instances(ImageId=base(ec2), MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    image = ec2.create_image(InstanceId=instance, Name=f"{run}-{stage}")["ImageId"]
    (found,) = ec2.describe_images(ImageIds=[image])["Images"]
    snapshot = found["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    ec2.create_tags(Resources=[image, snapshot], Tags=tags)
    return str(image), str(snapshot)


def stage(ec2: Any, resource: str) -> dict[str, str]:
    found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [resource]}])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found if "stage" in tag["Key"]}


FAILED = {
    "goldsmith:stage": "failed",
    "goldsmith:stage-since": "2026-11-23T12:00:00+00:00",
    "goldsmith:stage-before": "candidate",
}


def test_images_and_snapshots_of_the_run_are_failed(ec2):
    image, snapshot = made(ec2)

    assert fail(RUN, ec2=ec2, now=NOW) == [image]

    assert stage(ec2, image) == FAILED == stage(ec2, snapshot)


def test_a_snapshot_whose_image_is_gone_is_failed_too(ec2):
    image, snapshot = made(ec2)
    ec2.deregister_image(ImageId=image)

    assert fail(RUN, ec2=ec2, now=NOW) == []

    assert stage(ec2, snapshot) == FAILED


@pytest.mark.parametrize(("run", "stands"), [("build-webapp-2", "candidate"), (RUN, "released"), (RUN, None)])
def test_what_is_not_the_runs_or_no_candidate_is_left_alone(ec2, run, stands):
    image, snapshot = made(ec2, run, stands)
    before = stage(ec2, image), stage(ec2, snapshot)

    assert fail(RUN, ec2=ec2, now=NOW) == []

    assert (stage(ec2, image), stage(ec2, snapshot)) == before


def test_done_twice_it_changes_nothing_more(ec2):
    made(ec2)
    fail(RUN, ec2=ec2, now=NOW)

    assert fail(RUN, ec2=ec2, now=NOW) == []
