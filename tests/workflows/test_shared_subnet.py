"""Hosts in a subnet that another account shares through AWS RAM, in which the stack's own security groups are too."""

from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.deploy import deploy
from tests.embedded import ROOT, Embedded, eventually
from tests.emulator.shared import Network
from tests.permissions import Statement
from tests.workflows.arranging import hears
from tests.workflows.building import Family
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.refusals import name_of, rewritten


@dataclass(frozen=True)
class Home:
    at: Deployed
    network: Network


@pytest.fixture(scope="module")
def home(embedded: Embedded) -> Home:
    """The home stack and its region's, with `BuilderVpc` of another account."""
    account = embedded.new_account()
    embedded.tell("world", account=account.id, name="empty")
    embedded.tell("clock", account=account.id, speed="instant")
    embedded.tell("images/hold", account=account.id)
    network = Network(account)
    network.share()
    outputs = deploy(embedded.endpoint, account.id, parameters={"Regions": HOME, "BuilderVpc": network.vpc})
    region = {"template": ROOT / "region.yaml", "stack": "goldsmith-region"}
    deploy(embedded.endpoint, account.id, parameters={"HomeBus": outputs["BusArn"]}, **region)  # type: ignore[arg-type]
    at = Deployed(embedded, account, outputs)
    hears(at, "ImageBuilt", wanted=False)
    return Home(at, network)


def family(home: Home) -> Family:
    return Family(home.at, subnets=(home.network.subnet,)).accepted()


def hosts(built: Family) -> list[dict[str, Any]]:
    """All that its builds launched, terminated ones too."""
    tagged = [{"Name": "tag:goldsmith:family", "Values": [built.name]}]
    found = built.at.client("ec2").describe_instances(Filters=tagged)["Reservations"]
    return [instance for reservation in found for instance in reservation["Instances"]]


def test_an_image_is_built_in_a_shared_subnet(home: Home):
    built = family(home)

    built.ask().builds().built()

    assert {host["SubnetId"] for host in hosts(built)} == {home.network.subnet}
    launches = [
        e for e in home.at.tell("journal") if (e["action"], e["resource"]) == ("ec2:RunInstances", home.network.arn)
    ]
    assert [e["allowed"] for e in launches] == [True]


def test_a_policy_for_the_accounts_own_subnets_is_not_enough(home: Home):
    def owned(statement: Statement) -> Statement:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        return statement | {
            "Resource": [each.replace(":*:subnet/", f":{home.at.account.id}:subnet/") for each in resources]
        }

    with rewritten(home.at, name_of(home.at, "LaunchHostRole"), owned):
        built = family(home).ask()
        refused = f"not authorized to perform: ec2:RunInstances on resource: {home.network.arn}"
        eventually(lambda: refused in str(built.history()))

    assert not hosts(built)
