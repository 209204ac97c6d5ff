"""An account with Goldsmith's key and an encrypted image, and the accounts that it shares them with."""

from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from goldsmith_cli.main import app
from sandbox.deploy import deploy
from sandbox.packaging import ROOT
from tests.embedded import Account, Embedded
from tests.emulator.amis import seed, settled
from tests.emulator.test_ebs_keys import ended
from tests.permissions import Role, Statement, allow, role
from tests.workflows.test_region import BUS

REGION = "eu-west-1"
AUTOSCALING, SPOT = "autoscaling.amazonaws.com", "spot.amazonaws.com"


@dataclass
class Home:
    """An account with Goldsmith's key in a region, and an image encrypted with it."""

    account: Account
    key: str
    image: str
    consumers: list[Account]
    member: Account  # of the organization that is named


@dataclass
class Shared:
    """An encrypted image of one account that is shared with another."""

    home: Account
    consumer: Account
    key: str
    image: str
    patch: pytest.MonkeyPatch

    @property
    def rights(self) -> list[Statement]:
        """What docs/operations.md tells an account to give to whoever onboards it."""
        return [
            allow(["iam:ListRoles", "kms:ListRetirableGrants"]),
            allow(["kms:CreateGrant", "kms:RetireGrant"], self.key),
        ]

    def run(self, command: str, *arguments: str, who: Role | None = None) -> tuple[int, str]:
        """Exit code and output of `goldsmith member`, run in the consumer account by a role with only those rights."""
        keys = (who or role(self.consumer, *self.rights)).keys
        for name, value in (keys | {"aws_endpoint_url": self.home.endpoint}).items():
            self.patch.setenv(name.upper(), value)
        done = CliRunner().invoke(app, ["member", command, self.key, *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout

    def grantees(self) -> set[str]:
        """Which roles of the consumer have a grant on the key, as the key's own account sees it."""
        grants = self.home.client("kms", REGION).list_grants(KeyId=self.key, Limit=100)["Grants"]
        ours = [each["GranteePrincipal"] for each in grants if each["IssuingAccount"].split(":")[4] == self.consumer.id]
        assert len(ours) == len(set(ours)), "a role was granted the key twice"
        return set(ours)

    def make_role(self, service: str, **more: str) -> str:
        iam = self.consumer.client("iam")
        return str(iam.create_service_linked_role(AWSServiceName=service, **more)["Role"]["Arn"])

    def launch(self, name: str, **more: Any) -> dict[str, Any]:
        """What became of the one instance of a new group."""
        scaling, ec2 = self.consumer.client("autoscaling", REGION), self.consumer.client("ec2", REGION)
        data = {"ImageId": self.image, "InstanceType": "t3.micro"}
        ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name, MinSize=0, MaxSize=1, DesiredCapacity=1,
            LaunchTemplate={"LaunchTemplateName": name, "Version": "1"}, AvailabilityZones=[f"{REGION}a"], **more,
        )  # fmt: skip
        (activity,) = scaling.describe_scaling_activities(AutoScalingGroupName=name)["Activities"]
        (group,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        instance = ended(ec2, activity["Description"].partition(": ")[2].partition(".")[0])
        state = instance["State"]["Name"]
        assert [each["InstanceId"] for each in group["Instances"]] == (
            [instance["InstanceId"]] if state == "running" else []
        )
        return {"state": state, "reason": instance["StateReason"]["Code"], "activity": activity["StatusCode"]}


def deployed_home(embedded: Embedded) -> Home:
    """region.yaml as deployed, with consumers by account and by organization, and an image that is shared with them."""
    account, consumers = embedded.new_account(), [embedded.new_account() for _ in range(16)]
    organizations = embedded.new_account().client("organizations")
    organization = organizations.describe_organization()["Organization"]
    member = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    named = {
        "HomeBus": BUS,
        "ConsumerAccounts": ",".join(each.id for each in consumers),
        "ConsumerOrganization": organization["Id"],
    }
    out = deploy(embedded.endpoint, account.id, REGION, template=ROOT / "region.yaml", stack="r", parameters=named)
    ec2 = account.client("ec2", REGION)
    copied = ec2.copy_image(
        Name="webapp", SourceImageId=seed(embedded, account, region=REGION), SourceRegion=REGION, Encrypted=True,
        KmsKeyId="alias/goldsmith",
    )["ImageId"]  # fmt: skip
    assert settled(ec2, copied)["State"] == "available"
    entities = [{"UserId": each.id} for each in consumers] + [{"OrganizationArn": organization["Arn"]}]
    ec2.modify_image_attribute(ImageId=copied, LaunchPermission={"Add": entities})
    return Home(account, out["KeyArn"], copied, consumers, Account(embedded.endpoint, member))
