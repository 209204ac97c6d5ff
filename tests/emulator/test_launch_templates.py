from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account

pytestmark = pytest.mark.contract("launch_template_versions")


def template(ec2: Any, versions: int, **more: Any) -> str:
    """Its id; it has this many versions, the types of which end in their numbers."""
    made = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"KernelId": "1"}, **more)
    for number in range(2, versions + 1):
        ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"KernelId": str(number)})
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def versions(ec2: Any, **asked: Any) -> dict[int, str]:
    found = ec2.describe_launch_template_versions(LaunchTemplateName="web", **asked)["LaunchTemplateVersions"]
    return {each["VersionNumber"]: each["LaunchTemplateData"]["KernelId"] for each in found}


def delete(ec2: Any, it: str, *numbers: int) -> tuple[list[int], dict[int, str]]:
    asked = [str(each) for each in numbers]
    done = ec2.delete_launch_template_versions(LaunchTemplateId=it, Versions=asked)
    failed = done["UnsuccessfullyDeletedLaunchTemplateVersions"]
    return (
        [each["VersionNumber"] for each in done["SuccessfullyDeletedLaunchTemplateVersions"]],
        {each["VersionNumber"]: each["ResponseError"]["Code"] for each in failed},
    )


def test_versions_are_deleted_and_the_others_keep_their_numbers(account: Account):
    ec2 = account.client("ec2")
    it = template(ec2, 5)
    ec2.modify_launch_template(LaunchTemplateId=it, DefaultVersion="4")

    assert delete(ec2, it, 1, 3) == ([1, 3], {})

    assert versions(ec2) == {2: "2", 4: "4", 5: "5"}
    assert versions(ec2, Versions=["4"]) == versions(ec2, Versions=["$Default"]) == {4: "4"}
    assert versions(ec2, Versions=["$Latest"]) == {5: "5"}
    with pytest.raises(ClientError, match="VersionNotFound"):
        versions(ec2, Versions=["3"])


def test_a_number_is_never_given_twice(account: Account):
    ec2 = account.client("ec2")
    it = template(ec2, 3)
    delete(ec2, it, 3)
    ec2.create_launch_template_version(LaunchTemplateId=it, LaunchTemplateData={"KernelId": "4"})
    assert versions(ec2) == {1: "1", 2: "2", 4: "4"}


def test_the_default_version_stays_and_what_is_gone_is_told(account: Account):
    ec2 = account.client("ec2")
    it = template(ec2, 3)
    assert delete(ec2, it, 1, 2, 9) == ([2], {1: "unexpectedError", 9: "launchTemplateVersionDoesNotExist"})
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        delete(ec2, it, *range(2, 203))


@pytest.mark.contract("launch_template_tags")
def test_the_tags_of_a_template_are_those_that_it_has(account: Account):
    ec2 = account.client("ec2")
    it = template(ec2, 1)
    ec2.create_tags(Resources=[it], Tags=[{"Key": "team", "Value": "web"}])
    shown = ec2.describe_launch_templates(LaunchTemplateIds=[it])["LaunchTemplates"][0]["Tags"]
    assert shown == [{"Key": "team", "Value": "web"}]


@pytest.mark.contract("instance_refreshes")
def test_no_group_is_being_refreshed(account: Account):
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    template(ec2, 1)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=1, AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"},
    )  # fmt: skip
    assert autoscaling.describe_instance_refreshes(AutoScalingGroupName="web")["InstanceRefreshes"] == []
    with pytest.raises(ClientError, match="not found"):
        autoscaling.describe_instance_refreshes(AutoScalingGroupName="db")
