"""What a launch that failed names, and the AMIs that it stands for in an account on moto."""

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from goldsmith.errors import CannotTell
from goldsmith.gather.restore.failed_launch import Named, TemplateRef
from goldsmith.gather.restore.images_of_failed_launch import images_needed

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-west-1"
IMAGE, OWN, OTHER, OLD = (f"ami-0000000000000000{number}" for number in range(4))
PLACE: Final[dict[str, Any]] = {"AvailabilityZones": [f"{REGION}a"], "MinSize": 0, "MaxSize": 0}


def client(service: str, region: str) -> Any:
    return boto3.client(service, region)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with mock_aws():
        yield


def said(*images: str, group: str = "", templates: tuple[TemplateRef, ...] = ()) -> Named:
    return Named(account=ACCOUNT, region=REGION, who="web", images=images, group=group, templates=templates)


def template(name: str, *images: str) -> str:
    """A launch template with a version for each image; its id."""
    ec2 = client("ec2", REGION)
    data, *more = ({"ImageId": image, "InstanceType": "t3.micro"} for image in images)
    made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"]
    for each in more:
        ec2.create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=each)
    return str(made["LaunchTemplateId"])


def configuration(name: str, image: str) -> None:
    client("autoscaling", REGION).create_launch_configuration(
        LaunchConfigurationName=name, ImageId=image, InstanceType="t3.micro"
    )


def group(name: str, **launched: Any) -> Named:
    """What is said of an Auto Scaling group whose launch failed."""
    client("autoscaling", REGION).create_auto_scaling_group(AutoScalingGroupName=name, **PLACE, **launched)
    return said(group=name)


def parameter(name: str, value: str) -> None:
    client("ssm", REGION).put_parameter(Name=name, Value=value, Type="String")


def refuse(code: str) -> Any:
    """Clients of an EC2 that answers with nothing but this error."""

    def made(service: str, region: str) -> Any:
        def answer(model: Any, **_: Any) -> None:
            raise ClientError({"Error": {"Code": code, "Message": "told to"}}, model.name)

        refusing = client(service, region)
        refusing.meta.events.register("before-call.ec2", answer)
        return refusing

    return made


def test_what_is_named_by_its_id_needs_no_look():
    def none(service: str, region: str) -> Any:
        raise AssertionError(service, region)

    assert images_needed(said(IMAGE, OTHER), none) == {IMAGE, OTHER}


@pytest.mark.parametrize(("version", "image"), [("1", OLD), ("2", IMAGE), ("$Latest", IMAGE), ("$Default", OLD)])
def test_a_group_with_a_launch_template(version, image):
    made = template("web", OLD, IMAGE)
    asked = group("web", LaunchTemplate={"LaunchTemplateId": made, "Version": version})
    assert images_needed(asked, client) == {image}


def test_a_group_with_a_launch_configuration():
    configuration("web", IMAGE)
    configuration("another", OTHER)
    assert images_needed(group("web", LaunchConfigurationName="web"), client) == {IMAGE}


def test_a_group_with_a_mixed_instances_policy():
    """Its template, an override's own template, and what the event itself names."""
    template("web", IMAGE)
    own = {"LaunchTemplateName": "arm", "Version": "$Latest"}
    template("arm", OLD, OWN)
    policy = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "1"},
            "Overrides": [
                {"InstanceType": "t3.small"},
                {"InstanceType": "t4g.small", "LaunchTemplateSpecification": own},
            ],
        }
    }
    asked = group("web", MixedInstancesPolicy=policy).model_copy(update={"images": (OTHER,)})
    assert images_needed(asked, client) == {IMAGE, OWN, OTHER}


def test_an_override_with_its_own_image():
    template("web", IMAGE)
    overrides = [{"InstanceType": "t3.small", "ImageId": OWN}]
    specification = {"LaunchTemplateName": "web", "Version": "1"}
    launched = {"LaunchTemplateSpecification": specification, "Overrides": overrides}
    asked = group("web", MixedInstancesPolicy={"LaunchTemplate": launched})
    assert images_needed(asked, client) == {IMAGE, OWN}


def test_a_group_whose_template_names_an_alias():
    parameter("/golden/web", IMAGE)
    made = template("web", "resolve:ssm:/golden/web")
    assert images_needed(group("web", LaunchTemplate={"LaunchTemplateId": made}), client) == {IMAGE}


def test_other_groups_are_not_asked():
    template("web", IMAGE)
    template("jobs", OTHER)
    group("jobs", LaunchTemplate={"LaunchTemplateName": "jobs"})
    assert images_needed(group("web", LaunchTemplate={"LaunchTemplateName": "web"}), client) == {IMAGE}


def test_templates_and_aliases_that_a_call_named():
    parameter("/golden/web", OLD)
    made = template("web", OTHER, IMAGE)
    templates = (TemplateRef(template=made), TemplateRef(template="web", version="2"))
    assert images_needed(said("resolve:ssm:/golden/web", templates=templates), client) == {OTHER, IMAGE, OLD}


def test_a_template_that_names_no_image_stands_for_nothing():
    client("ec2", REGION).create_launch_template(
        LaunchTemplateName="bare", LaunchTemplateData={"InstanceType": "t3.micro"}
    )
    assert images_needed(said(IMAGE, templates=(TemplateRef(template="bare"),)), client) == {IMAGE}


@pytest.mark.parametrize(
    "asked",
    [
        said(group="gone"),
        said(templates=(TemplateRef(template="lt-0000000000000dead"),)),
        said(templates=(TemplateRef(template="gone"),)),
        said(templates=(TemplateRef(template="web", version="7"),)),
        said("resolve:ssm:/golden/gone"),
    ],
)
def test_what_is_gone_meanwhile_stands_for_nothing(asked):
    template("web", IMAGE)
    assert images_needed(asked, client) == frozenset()


def test_a_group_whose_launch_configuration_is_gone():
    configuration("web", IMAGE)
    asked = group("web", LaunchConfigurationName="web")
    client("autoscaling", REGION).delete_launch_configuration(LaunchConfigurationName="web")
    assert images_needed(asked, client) == frozenset()


def test_a_template_that_cannot_be_named_so_stands_for_nothing():
    asked = said(templates=(TemplateRef(template="lt-typo"),))
    assert images_needed(asked, refuse("InvalidLaunchTemplateId.Malformed")) == frozenset()


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "RequestLimitExceeded", "InternalError"])
def test_any_other_answer_is_no_answer(code):
    with pytest.raises(ClientError, match=code):
        images_needed(said(IMAGE, templates=(TemplateRef(template="web"),)), refuse(code))


def test_an_alias_of_another_account_that_does_not_resolve_cannot_be_told():
    alias = f"resolve:ssm:arn:aws:ssm:{REGION}:222222222222:parameter/golden"
    with pytest.raises(CannotTell, match="does not resolve"):
        images_needed(said(IMAGE, alias), client)
