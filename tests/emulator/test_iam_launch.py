"""RunInstances touches many resources; each is evaluated on its own."""

from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.amis import settled
from tests.emulator.disks import registered, snapshot
from tests.permissions import Statement, allow, denial, make_role, policy, role

ACCOUNT_FREE = "arn:aws:ec2:*::"
OWNED = "arn:aws:ec2:*:*:"
TOUCHED = {
    "image": f"{ACCOUNT_FREE}image/*",
    "instance": f"{OWNED}instance/*",
    "network-interface": f"{OWNED}network-interface/*",
    "security-group": f"{OWNED}security-group/*",
    "subnet": f"{OWNED}subnet/*",
    "volume": f"{OWNED}volume/*",
}
LAUNCH = allow("ec2:RunInstances", list(TOUCHED.values()))


@pytest.fixture
def image(account: Account) -> str:
    return str(account.tell("images/add", region="us-east-1", name="golden")["image_id"])


def launch(account: Account, image: str, *statements: Statement, **parameters: Any) -> str:
    """The denial that a role with these rights meets, or ""."""
    ec2 = role(account, *statements).client("ec2")
    return denial(lambda: ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **parameters))


def tagged(kind: str, **tags: str) -> list[dict[str, Any]]:
    return [
        {"ResourceType": kind, "Tags": [{"Key": f"goldsmith:{key}", "Value": value} for key, value in tags.items()]}
    ]


@pytest.mark.contract("iam_resources")
def test_a_right_on_every_touched_resource_is_enough(account: Account, image: str):
    assert launch(account, image, LAUNCH) == ""


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize("missing", TOUCHED)
def test_each_touched_resource_is_needed(account: Account, image: str, missing: str):
    others = [arn for kind, arn in TOUCHED.items() if kind != missing]

    message = launch(account, image, allow("ec2:RunInstances", others))

    assert "ec2:RunInstances on resource: arn:aws:ec2:us-east-1:" in message
    assert f":{missing}/" in message


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(
    ("condition", "parameters", "passes"),
    [
        ({"ec2:InstanceType": "t3.micro"}, {"InstanceType": "t3.micro"}, True),
        ({"ec2:InstanceType": "t3.micro"}, {"InstanceType": "m5.large"}, False),
        ({"ec2:MetadataHttpTokens": "required"}, {"MetadataOptions": {"HttpTokens": "required"}}, True),
        ({"ec2:MetadataHttpTokens": "required"}, {"MetadataOptions": {"HttpTokens": "optional"}}, False),
        ({"ec2:MetadataHttpTokens": "required"}, {}, False),
        ({"aws:RequestTag/goldsmith:run": "r-1"}, {"TagSpecifications": tagged("instance", run="r-1")}, True),
        ({"aws:RequestTag/goldsmith:run": "r-1"}, {"TagSpecifications": tagged("instance", run="r-2")}, False),
        ({"aws:RequestTag/goldsmith:run": "r-1"}, {"TagSpecifications": tagged("volume", run="r-1")}, False),
    ],
)
def test_the_instance_has_conditions_of_its_own(
    account: Account, image: str, condition: dict[str, str], parameters: dict[str, Any], passes
):
    others = [arn for kind, arn in TOUCHED.items() if kind != "instance"]
    rights = [allow("ec2:RunInstances", others), allow("ec2:CreateTags")]

    message = launch(
        account, image, *rights, allow("ec2:RunInstances", TOUCHED["instance"], StringEquals=condition), **parameters
    )

    assert (message == "") is passes
    assert passes or ":instance/*" in message


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(("encrypted", "passes"), [(True, True), (False, False)])
def test_volumes_can_be_demanded_encrypted(account: Account, image: str, encrypted, passes):
    others = [arn for kind, arn in TOUCHED.items() if kind != "volume"]
    only = allow("ec2:RunInstances", TOUCHED["volume"], Bool={"ec2:Encrypted": "true"})
    device = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": encrypted}}

    message = launch(account, image, allow("ec2:RunInstances", others), only, BlockDeviceMappings=[device])

    assert (message == "") is passes


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(
    ("devices", "passes"),
    [
        ({"/dev/xvda": True}, False),  # the image has another, which stays as it is
        ({"/dev/xvda": True, "/dev/sdf": False}, False),
        ({"/dev/xvda": True, "/dev/sdf": True}, True),
        ({"/dev/xvda": True, "/dev/sdf": None}, True),
    ],
)
@pytest.mark.parametrize("whose", ["own", "shared"])
def test_every_volume_of_the_image_is_demanded_encrypted(account: Account, embedded: Embedded, devices, passes, whose):
    owner = account if whose == "own" else embedded.new_account()
    ec2 = owner.client("ec2")
    image = settled(ec2, registered(ec2, "base", {"/dev/sdf": {"SnapshotId": snapshot(ec2, 8)}}))["ImageId"]
    if whose == "shared":
        ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": account.id}]})
    others = [arn for kind, arn in TOUCHED.items() if kind != "volume"]
    only = allow("ec2:RunInstances", TOUCHED["volume"], Bool={"ec2:Encrypted": "true"})
    mappings = [
        {"DeviceName": name, **({"NoDevice": ""} if encrypted is None else {"Ebs": {"Encrypted": encrypted}})}
        for name, encrypted in devices.items()
    ]

    message = launch(account, image, allow("ec2:RunInstances", others), only, BlockDeviceMappings=mappings)

    assert (message == "") is passes
    assert passes or ":volume/*" in message


@pytest.mark.contract("iam_resources")
def test_tags_on_create_need_create_tags_for_this_action(account: Account, image: str):
    tags = {"TagSpecifications": tagged("instance", run="r-1")}
    during = allow("ec2:CreateTags", TOUCHED["instance"], StringEquals={"ec2:CreateAction": "RunInstances"})
    other = allow("ec2:CreateTags", TOUCHED["instance"], StringEquals={"ec2:CreateAction": "CreateImage"})

    assert launch(account, image, LAUNCH, during, **tags) == ""
    assert "ec2:CreateTags on resource: arn:aws:ec2:us-east-1:" in launch(account, image, LAUNCH, **tags)
    assert "ec2:CreateTags" in launch(account, image, LAUNCH, other, **tags)


@pytest.mark.contract("iam_resources")
def test_what_is_named_is_evaluated_too(account: Account, image: str):
    ec2 = account.client("ec2")
    template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "m5.large"})
    named = {"LaunchTemplate": {"LaunchTemplateName": "web"}, "KeyName": "admin"}
    arn = f"arn:aws:ec2:us-east-1:{account.id}:launch-template/{template['LaunchTemplate']['LaunchTemplateId']}"
    large = allow("ec2:RunInstances", "*", StringEqualsIfExists={"ec2:InstanceType": "m5.large"})

    assert ":key-pair/admin" in launch(account, image, LAUNCH, allow("ec2:RunInstances", arn), **named)
    assert arn in launch(account, image, LAUNCH, allow("ec2:RunInstances", f"{OWNED}key-pair/admin"), **named)
    assert launch(account, image, large, **named) == ""


@pytest.mark.contract("iam_resources")
def test_an_instance_profile_passes_its_role(account: Account, image: str):
    iam = account.client("iam")
    host = make_role(account, services=("ec2.amazonaws.com",))
    iam.create_instance_profile(InstanceProfileName="host")
    iam.add_role_to_instance_profile(InstanceProfileName="host", RoleName=host.rpartition("/")[2])
    profile = {"IamInstanceProfile": {"Name": "host"}}
    to_ec2 = allow("iam:PassRole", host, StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})
    to_lambda = allow("iam:PassRole", host, StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})

    assert launch(account, image, LAUNCH, to_ec2, **profile) == ""
    assert f"iam:PassRole on resource: {host}" in launch(account, image, LAUNCH, **profile)
    assert "iam:PassRole" in launch(account, image, LAUNCH, to_lambda, **profile)


@pytest.mark.contract("iam_resources")
def test_a_fleet_touches_itself_and_its_instances(account: Account):
    ec2 = account.client("ec2")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    specification = {"LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "1"}}
    capacity = {"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"}
    asked = {"LaunchTemplateConfigs": [specification], "TargetCapacitySpecification": capacity, "Type": "instant"}
    fleet = role(account, allow("ec2:CreateFleet", f"{OWNED}fleet/*"))

    assert ":instance/*" in denial(lambda: fleet.client("ec2").create_fleet(**asked))


@pytest.mark.contract("iam_resources")
def test_rights_come_from_inline_and_managed_policies_within_the_boundary(account: Account, image: str):
    iam = account.client("iam")
    iam.create_policy(PolicyName="launch", PolicyDocument=policy(LAUNCH))
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=policy(allow("ec2:Describe*")))["Policy"]["Arn"]
    managed = role(account)
    iam.attach_role_policy(RoleName=managed.name, PolicyArn=f"arn:aws:iam::{account.id}:policy/launch")
    bounded = role(account, LAUNCH, PermissionsBoundary=limit)
    ask = {"ImageId": image, "MinCount": 1, "MaxCount": 1}

    assert denial(lambda: managed.client("ec2").run_instances(**ask)) == ""
    assert "ec2:RunInstances" in denial(lambda: bounded.client("ec2").run_instances(**ask))


@pytest.mark.contract("iam_resources")
def test_an_instance_is_known_by_its_profile(account: Account, image: str):
    iam, ec2 = account.client("iam"), account.client("ec2")
    arn = iam.create_instance_profile(InstanceProfileName="host")["InstanceProfile"]["Arn"]
    more = {"MinCount": 1, "MaxCount": 1, "IamInstanceProfile": {"Name": "host"}}
    instance = ec2.run_instances(ImageId=image, **more)["Instances"][0]["InstanceId"]

    def stop(profile: str) -> str:
        stopper = role(account, allow("ec2:StopInstances", StringEquals={"ec2:InstanceProfile": profile}))
        return denial(lambda: stopper.client("ec2").stop_instances(InstanceIds=[instance]))

    assert stop(arn) == ""
    assert "ec2:StopInstances" in stop(arn + "2")
