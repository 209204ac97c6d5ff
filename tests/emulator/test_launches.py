from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed

GROUP = "sg-0123456789abcdef0"


def asked(image: str, **more: Any) -> dict[str, Any]:
    return {"ImageId": image, "InstanceType": "m6i.large", "MinCount": 1, "MaxCount": 1} | more


def launched(ec2: Any) -> list[str]:
    return [each["InstanceId"] for found in ec2.describe_instances()["Reservations"] for each in found["Instances"]]


@pytest.mark.contract("launch_tokens")
def test_a_client_token_launches_once(account: Account, embedded: Embedded):
    ec2, request = account.client("ec2"), asked(seed(embedded, account), ClientToken="build-webapp-1-x86_64")

    first, again = (ec2.run_instances(**request)["Instances"][0]["InstanceId"] for _ in range(2))

    assert launched(ec2) == [first] == [again]
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        ec2.run_instances(**request | {"InstanceType": "m5.large"})
    assert launched(ec2) == [first]


def test_a_launch_that_was_refused_uses_no_token_up(account: Account, embedded: Embedded):
    ec2, request = account.client("ec2"), asked(seed(embedded, account), ClientToken="t")
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.run_instances(**request | {"InstanceType": "m6i.huge"})

    assert ec2.run_instances(**request)["Instances"][0]["InstanceType"] == "m6i.large"


@pytest.mark.contract("launch_tokens")
def test_a_launch_whose_answer_was_lost_is_found_again(account: Account, embedded: Embedded):
    ec2, request = account.client("ec2"), asked(seed(embedded, account), ClientToken="t")
    account.tell("weather", service="ec2", operation="RunInstances", effect="lost answer", times=1)
    with pytest.raises(ClientError):
        ec2.run_instances(**request)

    assert launched(ec2) == [ec2.run_instances(**request)["Instances"][0]["InstanceId"]]


@pytest.mark.contract("launch_groups")
def test_a_network_interface_takes_groups_that_exist_and_the_instance_shows_them(account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    group = ec2.create_security_group(GroupName="builders", Description="builders")["GroupId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": True}

    (instance,) = ec2.run_instances(**asked(image, NetworkInterfaces=[interface]))["Instances"]

    assert [each["GroupId"] for each in instance["SecurityGroups"]] == [group]
    with pytest.raises(ClientError, match=rf"InvalidGroup\.NotFound.*{GROUP}"):
        ec2.run_instances(**asked(image, NetworkInterfaces=[interface | {"Groups": [GROUP]}]))
    assert len(launched(ec2)) == 1


@pytest.mark.contract("launch_types")
@pytest.mark.parametrize(
    ("architecture", "kind", "why"),
    [
        ("arm64", "m7g.large", None),
        ("x86_64", "m6i.large", None),
        ("arm64", "m6i.large", "architecture 'x86_64' of the specified instance type does not match"),
        ("x86_64", "m7g.large", "architecture 'arm64' of the specified instance type does not match"),
        ("x86_64", "m6i.huge", "Invalid value 'm6i.huge' for InstanceType"),
    ],
)
def test_an_image_runs_on_types_of_its_architecture(
    account: Account, embedded: Embedded, architecture: str, kind: str, why: str | None
):
    ec2, image = account.client("ec2"), seed(embedded, account, architecture=architecture)
    if why:
        with pytest.raises(ClientError, match=why):
            ec2.run_instances(**asked(image, InstanceType=kind))
        assert launched(ec2) == []
    else:
        (instance,) = ec2.run_instances(**asked(image, InstanceType=kind))["Instances"]
        assert instance["Architecture"] == architecture


def test_capacity_can_be_short_of_one_type(account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    account.tell(
        "weather", service="ec2", operation="RunInstances", match={"InstanceType": "m6i.large"}, effect="fail",
        code="InsufficientInstanceCapacity",
    )  # fmt: skip

    with pytest.raises(ClientError, match="InsufficientInstanceCapacity"):
        ec2.run_instances(**asked(image))
    assert ec2.run_instances(**asked(image, InstanceType="m5.large"))["Instances"][0]["InstanceType"] == "m5.large"


def test_what_a_launch_says_is_kept(account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    tags = [{"ResourceType": kind, "Tags": [{"Key": "run", "Value": "b"}]} for kind in ("instance", "volume")]
    options = {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}

    request = asked(image, MetadataOptions=options, UserData="#!/bin/sh\n", TagSpecifications=tags)
    (instance,) = ec2.run_instances(**request)["Instances"]

    data = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="userData")["UserData"]
    (volume,) = ec2.describe_volumes(Filters=[{"Name": "tag:run", "Values": ["b"]}])["Volumes"]
    assert data == {"Value": "IyEvYmluL3NoCg=="}
    assert options.items() <= instance["MetadataOptions"].items()
    assert volume["Attachments"][0]["InstanceId"] == instance["InstanceId"]
    assert {"Key": "run", "Value": "b"} in instance["Tags"]
