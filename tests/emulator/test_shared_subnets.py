"""What an account sees of a subnet that another account shares with it, what it may do there, and what IAM is asked."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.emulator.shared import Network
from tests.permissions import Statement, allow, denial, role

LAUNCHED = ("image", "instance", "network-interface", "security-group", "volume")
MINE = [f"arn:aws:ec2:*:{'' if kind == 'image' else '*'}:{kind}/*" for kind in LAUNCHED]


@pytest.fixture
def network(account: Account) -> Network:
    return Network(account)


def group(ec2: Any, vpc: str) -> str:
    return str(ec2.create_security_group(GroupName="hosts", Description="hosts", VpcId=vpc)["GroupId"])


def launch(ec2: Any, image: str, subnet: str, *groups: str, **more: Any) -> dict[str, Any]:
    asked = {"ImageId": image, "SubnetId": subnet, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    named = {"SecurityGroupIds": list(groups)} if groups else {}
    return dict(ec2.run_instances(**asked, **named, **more)["Instances"][0])


@pytest.mark.contract("shared_subnets")
def test_a_participant_sees_the_subnet_and_its_vpc_without_their_tags(network: Network):
    ec2 = network.participant.client("ec2")
    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        ec2.describe_subnets(SubnetIds=[network.subnet])
    network.share()

    (subnet,) = ec2.describe_subnets(SubnetIds=[network.subnet])["Subnets"]

    assert (subnet["OwnerId"], subnet["VpcId"], subnet.get("Tags", [])) == (network.owner.id, network.vpc, [])
    assert network.subnet in [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]]
    assert len(ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["Subnets"]) == 1
    assert ec2.describe_vpcs(VpcIds=[network.vpc])["Vpcs"][0]["VpcId"] == network.vpc
    assert network.ec2.describe_subnets(SubnetIds=[network.subnet])["Subnets"][0]["Tags"]


@pytest.mark.contract("shared_subnets")
def test_a_participant_launches_with_a_group_of_its_own(network: Network, embedded: Embedded):
    network.share()
    ec2 = network.participant.client("ec2")

    instance = launch(ec2, seed(embedded, network.participant), network.subnet, group(ec2, network.vpc))

    (shown,) = ec2.describe_instances(InstanceIds=[instance["InstanceId"]])["Reservations"][0]["Instances"]
    assert (shown["SubnetId"], shown["VpcId"]) == (network.subnet, network.vpc)
    assert shown["SecurityGroups"][0]["GroupName"] == "hosts"


@pytest.mark.contract("security_group_vpc")
def test_a_group_needs_a_vpc_that_the_account_can_use(network: Network):
    ec2 = network.participant.client("ec2")

    for vpc in (network.vpc, "vpc-00000000000000000"):
        with pytest.raises(ClientError, match=r"InvalidVpcID\.NotFound"):
            group(ec2, vpc)


@pytest.mark.parametrize("unshared", ["never", "no longer", "with another account", "with a stranger"])
def test_what_is_not_shared_cannot_be_used(network: Network, embedded: Embedded, unshared: str):
    participant = embedded.new_account() if unshared == "with a stranger" else network.participant
    ec2, image = participant.client("ec2"), seed(embedded, participant)
    if unshared == "no longer":
        network.owner.client("ram").delete_resource_share(resourceShareArn=network.share())
    elif unshared == "with another account":
        network.share("111122223333")
    elif unshared == "with a stranger":  # of another organization
        network.share(participant.id)

    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        launch(ec2, image, network.subnet)
    with pytest.raises(ClientError, match=r"InvalidVpcID\.NotFound"):
        group(ec2, network.vpc)


def test_a_participant_changes_nothing_of_the_owners(network: Network):
    network.share()
    ec2 = network.participant.client("ec2")

    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        ec2.modify_subnet_attribute(SubnetId=network.subnet, MapPublicIpOnLaunch={"Value": True})
    with pytest.raises(ClientError, match=r"InvalidVpcID\.NotFound"):
        ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.20.2.0/24")


@pytest.mark.contract("launch_networks")
def test_groups_are_of_the_subnets_network_and_the_default_group_is_the_owners(network: Network, embedded: Embedded):
    network.share()
    ec2, image = network.participant.client("ec2"), seed(embedded, network.participant)
    default = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]

    with pytest.raises(ClientError, match="belong to different networks"):
        launch(ec2, image, network.subnet, default[0]["GroupId"])
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        launch(ec2, image, network.subnet)


def asked(network: Network, embedded: Embedded, *more: Statement) -> str:
    """The denial that a role meets that may do all but use a subnet, and what `more` says."""
    network.share()
    root, image = network.participant.client("ec2"), seed(embedded, network.participant)
    mine = group(root, network.vpc)
    limited = role(network.participant, allow("ec2:RunInstances", MINE), *more).client("ec2")
    return denial(lambda: launch(limited, image, network.subnet, mine))


@pytest.mark.contract("iam_resources")
def test_the_arn_of_a_shared_subnet_carries_its_owner(network: Network, embedded: Embedded):
    own = allow("ec2:RunInstances", f"arn:aws:ec2:us-east-1:{network.participant.id}:subnet/*")

    assert f"ec2:RunInstances on resource: {network.arn}" in asked(network, embedded, own)


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize("named", ["*", "owner"])
def test_any_account_or_the_owner_is_enough(network: Network, embedded: Embedded, named: str):
    whose = network.owner.id if named == "owner" else named
    of_vpc = {"StringEquals": {"ec2:Vpc": f"arn:aws:ec2:us-east-1:{network.owner.id}:vpc/{network.vpc}"}}

    assert asked(network, embedded, allow("ec2:RunInstances", f"arn:aws:ec2:*:{whose}:subnet/*", **of_vpc)) == ""


@pytest.mark.contract("iam_resources")
def test_a_group_in_a_shared_vpc_touches_the_owners_vpc(network: Network):
    network.share()
    own = f"arn:aws:ec2:*:{network.participant.id}:"
    narrow = role(network.participant, allow("ec2:CreateSecurityGroup", [f"{own}security-group/*", f"{own}vpc/*"]))
    wide = role(
        network.participant, allow("ec2:CreateSecurityGroup", [f"{own}security-group/*", "arn:aws:ec2:*:*:vpc/*"])
    )

    owners = f"arn:aws:ec2:us-east-1:{network.owner.id}:vpc/{network.vpc}"
    assert owners in denial(lambda: group(narrow.client("ec2"), network.vpc))
    assert denial(lambda: group(wide.client("ec2"), network.vpc)) == ""
