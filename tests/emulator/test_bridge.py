from xml.etree import ElementTree as ET

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.emulator.test_iam_unknown import send


@pytest.mark.contract("moto_services")
def test_launch_templates_have_versions(account: Account):
    ec2 = account.client("ec2")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "m5.large"})

    versions = ec2.describe_launch_template_versions(LaunchTemplateName="web", Versions=["$Latest"])

    assert versions["LaunchTemplateVersions"][0]["VersionNumber"] == 2
    assert account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []


@pytest.mark.contract("moto_services")
@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ec2", "describe_fast_launch_images"),
        ("autoscaling", "describe_traffic_sources"),
        ("xray", "get_indexing_rules"),
        ("ram", "list_replace_permission_associations_work"),
    ],
)
def test_what_is_not_modelled_says_so(account: Account, service: str, operation: str):
    asked = {"AutoScalingGroupName": "web"} if service == "autoscaling" else {}
    with pytest.raises(ClientError, match=f"not modelled by the embedded AWS: {service}") as caught:
        getattr(account.client(service), operation)(**asked)

    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert caught.value.response["ResponseMetadata"]["RequestId"]


def test_text_of_the_caller_does_not_break_the_answer(account: Account):
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    _, body = send(account, {}, "autoscaling", "POST", "/", form, "Action=Make%3CCoffee%3E%26&Version=2011-01-01")

    (message,) = ET.fromstring(body).iter("Message")  # noqa: S314 - our own answer
    assert "Make<Coffee>&" in str(message.text)
