"""A consumer account launches a shared image by an Auto Scaling group: region.yaml, IAM and KMS as deployed."""

import json
import re
from collections.abc import Iterator

import pytest

from goldsmith_cli.grants import OPERATIONS
from sandbox.packaging import ROOT
from tests.embedded import Embedded
from tests.emulator.test_ebs_keys import ended
from tests.permissions import allow, denial, role
from tests.workflows.consumer import AUTOSCALING, REGION, SPOT, Home, Shared, deployed_home

RUNS = {"state": "running", "reason": "", "activity": "Successful"}
ENDS = {"state": "terminated", "reason": "Client.InternalError", "activity": "Failed"}


@pytest.fixture(scope="module")
def home(embedded: Embedded) -> Home:
    """One deployment for all tests; each takes a consumer account that no other has touched."""
    return deployed_home(embedded)


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
