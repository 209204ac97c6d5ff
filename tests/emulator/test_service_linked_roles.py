"""Service-linked roles, and the groups that launch as one of them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.emulator.test_ebs_keys import encrypted, ended
from tests.emulator.test_kms_accounts import key, to
from tests.permissions import policy, trust

PATH = "role/aws-service-role"
DEFAULT = "arn:aws:iam::{}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"


@pytest.mark.contract("service_linked_role_names")
@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
        ("ec2fleet.amazonaws.com", "AWSServiceRoleForEC2Fleet"),
        ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot"),
        ("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet"),
    ],
)
def test_a_service_names_its_role(account: Account, service: str, name: str):
    iam = account.client("iam")
    assert iam.create_service_linked_role(AWSServiceName=service)["Role"]["RoleName"] == name
    (found,) = iam.list_roles(PathPrefix=f"/aws-service-role/{service}/")["Roles"]
    assert (
        found["Arn"]
        == iam.get_role(RoleName=name)["Role"]["Arn"]
        == f"arn:aws:iam::{account.id}:{PATH}/{service}/{name}"
    )
    with pytest.raises(ClientError, match="has been taken in this account"):
        iam.create_service_linked_role(AWSServiceName=service)


@pytest.mark.contract("service_linked_role_names")
def test_roles_of_auto_scaling_alone_have_a_suffix(account: Account):
    iam = account.client("iam")
    made = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="web")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForAutoScaling_web"
    with pytest.raises(ClientError, match="InvalidInput"):
        iam.create_service_linked_role(AWSServiceName="spot.amazonaws.com", CustomSuffix="web")


@pytest.mark.contract("service_linked_roles_are_protected")
def test_nobody_changes_a_service_linked_role(account: Account):
    iam = account.client("iam")
    name = {"RoleName": iam.create_service_linked_role(AWSServiceName="spot.amazonaws.com")["Role"]["RoleName"]}
    more = policy({"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
    changes: dict[str, dict[str, str]] = {
        "put_role_policy": {"PolicyName": "more", "PolicyDocument": more},
        "attach_role_policy": {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        "update_assume_role_policy": {"PolicyDocument": trust(account=account.id)},
        "delete_role": {},
    }
    for change, asked in changes.items():
        with pytest.raises(ClientError, match="UnmodifiableEntity"):
            getattr(iam, change)(**name, **asked)


def group(account: Account, name: str, image: str, mappings: list[dict[str, Any]], **more: Any) -> None:
    """A new group of one instance with these volumes."""
    data = {"ImageId": image, "InstanceType": "t3.micro", "BlockDeviceMappings": mappings}
    account.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=0, MaxSize=1, DesiredCapacity=1, AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"}, **more,
    )  # fmt: skip


@pytest.mark.contract("autoscaling_roles")
def test_the_first_group_makes_the_default_role(account: Account, embedded: Embedded):
    group(account, "web", seed(embedded, account), [])

    (made,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    role = account.client("iam").get_role(RoleName="AWSServiceRoleForAutoScaling")["Role"]
    assert made["ServiceLinkedRoleARN"] == role["Arn"] == DEFAULT.format(account.id)


@pytest.mark.contract("autoscaling_roles")
def test_a_group_takes_the_role_that_it_is_given(account: Account, embedded: Embedded):
    image, iam = seed(embedded, account), account.client("iam")
    with pytest.raises(ClientError, match="Service-Linked Role is not valid"):
        group(account, "web", image, [], ServiceLinkedRoleARN=DEFAULT.format(account.id) + "_web")
    mine = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="db")["Role"]["Arn"]

    group(account, "data", image, [], ServiceLinkedRoleARN=mine)

    (made,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert made["ServiceLinkedRoleARN"] == mine


@pytest.mark.contract("autoscaling_launch_keys", "scaling_activities")
@pytest.mark.parametrize(
    ("action", "state", "why"),
    [
        ("kms:*", "enabled", ""),
        ("kms:DescribeKey", "enabled", "Client.InternalError"),
        ("kms:*", "disabled", "Client.InvalidKMSKey.InvalidState"),
    ],
)
def test_a_group_launches_with_keys_that_its_role_may_use(
    account: Account, embedded: Embedded, action: str, state: str, why: str
):
    role = {"ArnLike": {"aws:PrincipalArn": DEFAULT.format(account.id)}}
    arn = key(account, to("*", action, **role))
    if state == "disabled":
        account.client("kms").disable_key(KeyId=arn)

    group(account, "web", seed(embedded, account), encrypted(arn))

    scaling = account.client("autoscaling")
    (activity,) = scaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
    (made,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    (reservation,) = account.client("ec2").describe_instances()["Reservations"]
    instance = ended(account.client("ec2"), reservation["Instances"][0]["InstanceId"])
    assert activity["StatusCode"] == ("Failed" if why else "Successful")
    assert instance["InstanceId"] in activity["Description"]
    assert why in activity.get("StatusMessage", "")
    assert instance["StateReason"]["Code"] == why
    assert len(made["Instances"]) == (0 if why else 1)
