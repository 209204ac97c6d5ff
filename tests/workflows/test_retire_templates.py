"""Versions of launch templates that nobody uses are deleted, where the recipe says so and the template is tagged so."""

import json
from typing import Any

import pytest

from tests.embedded import Embedded, eventually
from tests.workflows.deployed import HOME
from tests.workflows.retiring import Estate, estate_of

USED, RUNNING, DEFAULT, LATEST = 4, 6, 2, 15


@pytest.fixture(scope="module")
def estate(embedded: Embedded) -> Estate:
    return estate_of(embedded)


def template(ec2: Any, name: str, image: str, *tags: dict[str, str]) -> str:
    """Its id; it has 15 versions, of which the second is the default one."""
    said = [{"ResourceType": "launch-template", "Tags": list(tags)}] if tags else []
    data = {"ImageId": image, "InstanceType": "t3.micro"}
    made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=said)
    for _ in range(2, LATEST + 1):
        ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)
    ec2.modify_launch_template(LaunchTemplateName=name, DefaultVersion=str(DEFAULT))
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def versions(ec2: Any, name: str) -> set[int]:
    found = ec2.describe_launch_template_versions(LaunchTemplateName=name, MaxResults=200)
    return {each["VersionNumber"] for each in found["LaunchTemplateVersions"]}


def use(estate: Estate, template: str) -> None:
    """A group launches from one version of it by its number, and an instance was launched from another."""
    estate.at.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=1, DesiredCapacity=0, AvailabilityZones=[f"{HOME}a"],
        LaunchTemplate={"LaunchTemplateId": template, "Version": str(USED)},
    )  # fmt: skip
    named = {"LaunchTemplateId": template, "Version": str(RUNNING)}
    estate.at.client("ec2").run_instances(LaunchTemplate=named, MinCount=1, MaxCount=1)


def due(estate: Estate) -> dict[str, Any]:
    functions = estate.at.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    (name,) = [f["FunctionName"] for page in pages for f in page["Functions"] if "FindDueVersions" in f["FunctionName"]]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"dailySweep": True}))
    return dict(json.load(answer["Payload"]))


def test_versions_that_nobody_uses_go_from_templates_that_are_tagged(estate: Estate):
    family = estate.family("{launch_templates: {names: [web, theirs, gone], keep: 3}}")
    image = estate.current(family).versions[family, "2026.11.12"][0].id
    ec2 = estate.at.client("ec2")
    ours = template(ec2, "web", image, {"Key": "goldsmith:family", "Value": family})
    template(ec2, "theirs", image)
    use(estate, ours)
    estate.born().ages(31)

    assert estate.sweeps()["unseen"] == []

    assert versions(ec2, "web") == {DEFAULT, USED, RUNNING, 13, 14, LATEST}
    assert versions(ec2, "theirs") == set(range(1, LATEST + 1))
    (pruned,) = eventually(lambda: estate.told(family, "Launch Template Pruned"))
    assert (pruned["template"], pruned["deleted"]) == (ours, [1, 3, 5, 7, 8, 9, 10, 11, 12])
    assert pruned["failures"] == []
    (kept,) = eventually(lambda: estate.told(family, "Launch Template Kept"))
    assert (kept["name"], kept["decision"]["verdict"]["reasons"]) == ("theirs", ["not_ours"])
    key = f"decisions/retire/family/{family}/{pruned['run']}/{ours}.json"
    eventually(lambda: key in estate.kept("decisions/retire/"))

    assert due(estate)["templates"] == 0  # what is used and what is not ours asks for no sweep
