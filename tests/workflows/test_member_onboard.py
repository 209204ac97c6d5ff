"""A consumer account launches a shared image by an Auto Scaling group: region.yaml, IAM and KMS as deployed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.grants import OPERATIONS
from cli.main import app
from local.deploy import deploy
from local.packaging import ROOT
from tests.embedded import Account, Embedded
from tests.local.amis import seed, settled
from tests.local.test_ebs_keys import ended
from tests.permissions import Role, Statement, allow, denial, role
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


RUNS = {"state": "running", "reason": "", "activity": "Successful"}
ENDS = {"state": "terminated", "reason": "Client.InternalError", "activity": "Failed"}


@pytest.fixture(scope="module")
def home(embedded: Embedded) -> Home:
    """One deployment for all tests; each takes a consumer account that no other has touched."""
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


@pytest.fixture
def shared(home: Home, monkeypatch: pytest.MonkeyPatch) -> Shared:
    return Shared(home.account, home.consumers.pop(), home.key, home.image, monkeypatch)


def test_a_group_launches_the_shared_image_once_its_account_is_onboarded(shared: Shared):
    assert shared.launch("before") == ENDS

    code, told = shared.run("onboard")

    assert code == 0, told
    assert "eu-west-1: AWSServiceRoleForAutoScaling was granted the key" in told
    assert "AWSServiceRoleForEC2Spot is not in this account" in told
    assert "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com" in told
    assert "five minutes" in told
    assert shared.launch("after") == RUNS


@pytest.mark.parametrize(("statements", "state"), [([], "terminated"), (["kms:*"], "running")])
def test_a_role_of_the_consumer_launches_by_its_own_rights(shared: Shared, statements: list[str], state: str):
    """EC2 makes the grant for it, so nobody has to be onboarded."""
    more = [allow(each, shared.key) for each in statements]
    ec2 = role(shared.consumer, allow("ec2:*"), *more).client("ec2", REGION)

    run = ec2.run_instances(ImageId=shared.image, InstanceType="t3.micro", MinCount=1, MaxCount=1)

    assert ended(ec2, run["Instances"][0]["InstanceId"])["State"]["Name"] == state


def test_the_home_account_grants_its_own_key_to_spot(home: Home, monkeypatch: pytest.MonkeyPatch):
    """Its key policy names the roles of Auto Scaling only."""
    shared = Shared(home.account, home.account, home.key, home.image, monkeypatch)
    spot = shared.make_role(SPOT)

    code, told = shared.run("onboard", "--role", "AWSServiceRoleForEC2Spot")

    assert (code, shared.grantees()) == (0, {spot}), told


def test_an_account_of_the_organization_that_is_named_is_onboarded_too(home: Home, monkeypatch: pytest.MonkeyPatch):
    shared = Shared(home.account, home.member, home.key, home.image, monkeypatch)
    assert shared.launch("before") == ENDS
    code, told = shared.run("onboard")
    assert code == 0, told
    assert shared.launch("after") == RUNS


def test_onboarding_again_changes_nothing_and_offboarding_undoes_it(shared: Shared):
    default = shared.make_role(AUTOSCALING)
    shared.run("onboard")
    code, told = shared.run("onboard")
    assert (code, "has the grant already" in told, "was granted" in told) == (0, True, False)
    assert shared.grantees() == {default}

    code, told = shared.run("offboard")

    assert (code, shared.grantees()) == (0, set())
    assert "the grant of AWSServiceRoleForAutoScaling was retired" in told
    assert shared.launch("after") == ENDS
    assert "there is no grant on" in shared.run("offboard")[1]


def test_roles_with_a_suffix_and_those_of_spot_are_found(shared: Shared):
    mine, spot = shared.make_role(AUTOSCALING, CustomSuffix="web"), shared.make_role(SPOT)

    code, told = shared.run("onboard")

    assert (code, shared.grantees()) == (0, {mine, spot}), told
    assert shared.launch("web", ServiceLinkedRoleARN=mine) == RUNS
    assert shared.launch("default") == ENDS, "the default role was made after the account was onboarded"


def test_a_chosen_role_that_is_not_there_is_told_and_nothing_is_granted(shared: Shared):
    shared.make_role(AUTOSCALING)

    code, told = shared.run("onboard", "--role", "AWSServiceRoleForAutoScaling_web", "--role", "Admin")

    assert code == 1
    assert "--aws-service-name autoscaling.amazonaws.com --custom-suffix web`" in told
    assert "Admin is not a service-linked role that launches instances" in told
    assert shared.grantees() == set()


@pytest.fixture
def old_policy(home: Home) -> Iterator[None]:
    """The key policy that demanded kms:GrantIsForAWSResource of every grant."""
    kms = home.account.client("kms", REGION)
    now = kms.get_key_policy(KeyId=home.key)["Policy"]
    policy = json.loads(now)
    old = [each for each in policy["Statement"] if "kms:GranteePrincipal" not in str(each)]
    assert len(old) == len(policy["Statement"]) - 2  # for accounts, and for the organization
    kms.put_key_policy(KeyId=home.key, Policy=json.dumps(policy | {"Statement": old}))
    yield
    kms.put_key_policy(KeyId=home.key, Policy=now)


@pytest.mark.usefixtures("old_policy")
def test_the_old_key_policy_lets_nobody_onboard(shared: Shared):
    """A person makes the grant, so it is not for an AWS resource."""
    shared.make_role(AUTOSCALING)

    code, told = shared.run("onboard")

    assert code == 1
    assert f"kms:CreateGrant on {shared.key} is denied" in told
    assert f"names account {shared.consumer.id} in ConsumerAccounts" in told
    assert shared.launch("after") == ENDS


@pytest.mark.parametrize(
    ("grantee", "operations"),
    [
        ("role/admin", OPERATIONS),
        ("root", OPERATIONS),
        ("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", (*OPERATIONS, "RetireGrant")),
        ("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", OPERATIONS),
    ],
)
def test_the_key_policy_allows_grants_to_what_launches_and_for_launching_alone(
    shared: Shared, grantee: str, operations: tuple[str, ...]
):
    """The last row is what `aws kms create-grant` of the Auto Scaling guide asks for."""
    shared.make_role(AUTOSCALING)
    kms = role(shared.consumer, allow("kms:*")).client("kms", REGION)
    asked = {"KeyId": shared.key, "GranteePrincipal": f"arn:aws:iam::{shared.consumer.id}:{grantee}"}

    refused = denial(lambda: kms.create_grant(**asked, Operations=list(operations)))

    fine = "aws-service-role" in grantee and operations == OPERATIONS
    assert ("kms:CreateGrant" in refused) != fine


def test_the_docs_name_the_rights_that_are_used_here(shared: Shared):
    told = re.findall(r"^\| `((?:iam|kms):\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert sorted(told) == sorted(action for each in shared.rights for action in each["Action"])


@pytest.mark.parametrize("action", ["kms:ListRetirableGrants", "kms:CreateGrant", "kms:RetireGrant", "iam:ListRoles"])
def test_each_right_that_the_docs_name_is_needed(shared: Shared, action: str):
    shared.make_role(AUTOSCALING)
    if action == "kms:RetireGrant":
        shared.run("onboard")
    lacking = [{**each, "Action": [name for name in each["Action"] if name != action]} for each in shared.rights]
    command = "offboard" if action == "kms:RetireGrant" else "onboard"
    who = role(shared.consumer, *lacking)

    if action == "iam:ListRoles":
        with pytest.raises(AssertionError, match="AccessDenied"):
            shared.run(command, who=who)
    else:
        code, told = shared.run(command, who=who)
        assert code == 1
        assert f"{action} on {shared.key} is denied. " in told
