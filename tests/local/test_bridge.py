import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account


@pytest.mark.contract("moto_services")
def test_launch_templates_have_versions(account: Account):
    ec2 = account.client("ec2")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "m5.large"})

    versions = ec2.describe_launch_template_versions(LaunchTemplateName="web", Versions=["$Latest"])

    assert versions["LaunchTemplateVersions"][0]["VersionNumber"] == 2
    assert account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_what_is_not_modelled_says_so(account: Account):
    with pytest.raises(ClientError, match="not modelled"):
        account.client("ec2").describe_fast_launch_images()
