from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import launch, seed
from tests.permissions import allow, denial, role

pytestmark = pytest.mark.contract("ami_references")


def kinds(ec2: Any, image: str, **more: Any) -> list[str]:
    references = ec2.describe_image_references(ImageIds=[image], **more or {"IncludeAllResourceTypes": True})
    return sorted(each["ResourceType"] for each in references["ImageReferences"])


def only(kind: str, **options: list[str]) -> dict[str, Any]:
    chosen = [{"OptionName": name.replace("_", "-"), "OptionValues": values} for name, values in options.items()]
    return {"ResourceTypes": [{"ResourceType": kind, "ResourceTypeOptions": chosen}]}


def test_what_refers_to_an_image(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    assert kinds(ec2, image) == []
    instance = launch(ec2, image)
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/golden", Value=image, Type="String", DataType="aws:ec2:image")
    ssm.put_parameter(Name="/text", Value=image, Type="String")

    found = ec2.describe_image_references(ImageIds=[image], IncludeAllResourceTypes=True)["ImageReferences"]

    arns = {each["ResourceType"]: each["Arn"] for each in found}
    assert {each["ImageId"] for each in found} == {image}
    assert len(found) == 3
    assert arns["ec2:Instance"] == f"arn:aws:ec2:us-east-1:{account.id}:instance/{instance}"
    assert arns["ec2:LaunchTemplate"].startswith(f"arn:aws:ec2:us-east-1:{account.id}:launch-template/lt-")
    assert arns["ssm:Parameter"].endswith("parameter/golden")
    assert kinds(ec2, image, **only("ssm:Parameter")) == ["ssm:Parameter"]


def test_only_the_latest_versions_of_a_template_count(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})
    for _ in range(9):
        ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    assert kinds(ec2, image) == ["ec2:LaunchTemplate"]
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    assert kinds(ec2, image) == []
    assert kinds(ec2, image, **only("ec2:LaunchTemplate", version_depth=["11"])) == ["ec2:LaunchTemplate"]


def test_instances_count_by_state(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    instance = launch(ec2, image)
    ec2.stop_instances(InstanceIds=[instance])
    assert kinds(ec2, image, **only("ec2:Instance", state_name=["running"])) == []
    stopped = only("ec2:Instance", state_name=["stopped"])
    eventually(lambda: kinds(ec2, image, **stopped) == ["ec2:Instance"])
    ec2.terminate_instances(InstanceIds=[instance])
    eventually(lambda: kinds(ec2, image) == [])


def test_other_accounts_and_regions_are_not_looked_at(embedded: Embedded, account: Account):
    other, image = embedded.new_account().client("ec2"), seed(embedded, account, public=True)
    launch(other, image)
    assert kinds(account.client("ec2"), image) == []
    assert kinds(other, image) == ["ec2:Instance"]
    assert kinds(account.client("ec2", "eu-west-1"), image) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"ImageIds": [f"ami-{number:017x}" for number in range(11)], "IncludeAllResourceTypes": True},
        {"ImageIds": ["image"], "IncludeAllResourceTypes": True},
        {"ImageIds": ["ami-1"]},
        {"ImageIds": ["ami-1"], **only("ec2:Volume")},
        {"ImageIds": ["ami-1"], **only("ssm:Parameter", version_depth=["3"])},
        {"ImageIds": ["ami-1"], **only("ec2:LaunchTemplate", version_depth=["0"])},
        {"ImageIds": ["ami-1"], **only("ec2:Instance", state_name=["asleep"])},
    ],
)
def test_what_is_refused(account: Account, asked):
    with pytest.raises(ClientError, match="Invalid"):
        account.client("ec2").describe_image_references(**asked)


def test_references_come_in_pages(embedded: Embedded, account: Account):
    ec2, image = account.client("ec2"), seed(embedded, account)
    ec2.run_instances(ImageId=image, MinCount=7, MaxCount=7)
    first = ec2.describe_image_references(ImageIds=[image], IncludeAllResourceTypes=True, MaxResults=5)
    rest = ec2.describe_image_references(
        ImageIds=[image], IncludeAllResourceTypes=True, MaxResults=5, NextToken=first["NextToken"]
    )
    assert [len(each["ImageReferences"]) for each in (first, rest)] == [5, 2]
    assert "NextToken" not in rest


NEEDED = {
    "ec2:DescribeInstances": "ec2:Instance",
    "ec2:DescribeLaunchTemplates": "ec2:LaunchTemplate",
    "ec2:DescribeLaunchTemplateVersions": "ec2:LaunchTemplate",
    "ssm:DescribeParameters": "ssm:Parameter",
    "ssm:GetParameters": "ssm:Parameter",
    "imagebuilder:ListImageRecipes": "imagebuilder:ImageRecipe",
    "imagebuilder:ListContainerRecipes": "imagebuilder:ContainerRecipe",
    "imagebuilder:GetContainerRecipe": "imagebuilder:ContainerRecipe",
}
VIA: dict[str, Any] = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["ec2-images.amazonaws.com"]}}


def test_the_managed_policy_is_enough(account: Account):
    """It grants what EC2 asks in the caller's name only for calls that come through EC2."""
    reader = role(account, allow("ec2:DescribeImageReferences"), allow([*NEEDED], "*", **VIA)).client("ec2")

    assert denial(lambda: kinds(reader, "ami-00000000000000001")) == ""
    assert "ec2:DescribeInstances" in denial(reader.describe_instances)


@pytest.mark.parametrize("missing", NEEDED)
def test_each_forwarded_permission_is_needed_for_its_type_alone(account: Account, missing: str):
    actions = ["ec2:DescribeImageReferences", *(action for action in NEEDED if action != missing)]
    reader = role(account, allow(actions)).client("ec2")
    other = next(kind for kind in NEEDED.values() if kind != NEEDED[missing])

    assert f"needs {missing} on" in denial(lambda: kinds(reader, "ami-00000000000000001"))
    assert f"needs {missing} on" in denial(lambda: kinds(reader, "ami-00000000000000001", **only(NEEDED[missing])))
    assert denial(lambda: kinds(reader, "ami-00000000000000001", **only(other))) == ""
