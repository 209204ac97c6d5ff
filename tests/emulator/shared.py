"""A VPC of one account whose subnet another account may use, because AWS RAM shares it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.embedded import Account


@dataclass
class Network:
    """`participant` and the owner of the network are in one organization."""

    participant: Account

    @cached_property
    def owner(self) -> Account:
        organizations = self.participant.client("organizations")
        organizations.describe_organization()
        made = organizations.create_account(Email="network@example.com", AccountName="network")
        return Account(self.participant.endpoint, made["CreateAccountStatus"]["AccountId"])

    @cached_property
    def ec2(self) -> Any:
        return self.owner.client("ec2")

    @cached_property
    def vpc(self) -> str:
        return str(self.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"])

    @cached_property
    def subnet(self) -> str:
        tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": "shared"}]}]
        asked = {"VpcId": self.vpc, "CidrBlock": "10.20.1.0/24", "AvailabilityZone": "us-east-1a"}
        return str(self.ec2.create_subnet(**asked, TagSpecifications=tags)["Subnet"]["SubnetId"])

    @property
    def arn(self) -> str:
        return f"arn:aws:ec2:us-east-1:{self.owner.id}:subnet/{self.subnet}"

    def share(self, *accounts: str) -> str:
        """Share the subnet, with the participant unless told otherwise; the ARN of the share."""
        made = self.owner.client("ram").create_resource_share(
            name="network", resourceArns=[self.arn], principals=list(accounts) or [self.participant.id]
        )
        return str(made["resourceShare"]["resourceShareArn"])
