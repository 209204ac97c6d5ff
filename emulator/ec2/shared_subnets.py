"""Subnets that another account shares through AWS RAM: its participants see them and launch into them.

"Share your VPC subnets with other accounts" in the Amazon VPC User Guide (vpc-sharing, vpc-share-limitations) says what
a participant may do.  A share reaches the accounts that it names, in the owner's organization; organizations and units
as principals are not modelled.
"""

import copy
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from moto.ec2.exceptions import InvalidSubnetIdError, InvalidVPCIdError
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.utils import generic_filter
from moto.ram.models import ram_backends

from emulator.ec2 import launches  # noqa: F401 - groups are found before they are compared with the subnet
from emulator.ec2.api import refuse
from emulator.gateway.patching import patch, replace
from emulator.iam.authorization import action_under_way
from emulator.images.sharing import memberships

PARTICIPANT: Final = re.compile(
    r"ec2:(Describe|RunInstances|CreateFleet|CreateNetworkInterface|CreateSecurityGroup|CreateLaunchTemplate"
    r"|(Start|Stop|Reboot|Terminate)Instances|(Authorize|Revoke)SecurityGroup)"
)
"""What a participant may do in a subnet of another account; only its owner changes the subnet and its VPC."""
KINDS: Final = frozenset({"subnet", "vpc"})


def shared(backend: Any) -> dict[str, Any]:
    """The subnets of other accounts that this backend's account and region can use, by id."""
    found: dict[str, Any] = {}
    for owner, regions in list(ram_backends.items()):
        ram = dict(regions).get(backend.region_name)  # looking must not make one
        if ram is not None and owner != backend.account_id:
            found |= _shared_by(owner, ram, backend)
    return found


def _shared_by(owner: str, ram: Any, backend: Any) -> dict[str, Any]:
    shares = [each for each in ram.resource_shares if each.status == "ACTIVE" and backend.account_id in each.principals]
    if not shares or not memberships(owner) & memberships(backend.account_id):
        return {}
    prefix = f"arn:aws:ec2:{backend.region_name}:{owner}:subnet/"
    names = {arn.removeprefix(prefix) for share in shares for arn in share.resource_arns if arn.startswith(prefix)}
    zones = ec2_backends[owner][backend.region_name].subnets.values()
    subnets = {name: zone[name] for zone in zones for name in names if name in zone}
    return {name: subnet for name, subnet in subnets.items() if not subnet.default_for_az}  # those cannot be shared


def owner(kind: str, name: str, account: str, region: str) -> str:
    """The account that a subnet or VPC belongs to, which its ARN carries."""
    if kind not in KINDS or region not in ec2_backends[account].regions:
        return account
    for subnet in shared(ec2_backends[account][region]).values():
        if name in {subnet.id, subnet.vpc_id}:
            return str(subnet.ec2_backend.account_id)
    return account


def _usable(backend: Any) -> dict[str, Any]:
    """The shared subnets that the request under way may name."""
    action = action_under_way()
    return shared(backend) if not action.startswith("ec2:") or PARTICIPANT.match(action) else {}


def _vpcs(backend: Any) -> dict[str, Any]:
    return {each.vpc_id: each.ec2_backend.vpcs[each.vpc_id] for each in _usable(backend).values()}


@patch("moto shows an account nothing of the subnets that another account shares with it, and lets nobody use them")
def shared_subnets() -> None:
    replace(SubnetBackend, "get_subnet", _getting(_usable, InvalidSubnetIdError))
    replace(SubnetBackend, "describe_subnets", _describing("subnet_ids", _usable))
    replace(VPCBackend, "get_vpc", _getting(_vpcs, InvalidVPCIdError))
    replace(VPCBackend, "describe_vpcs", _describing("vpc_ids", _vpcs))


Look = Callable[[Any], dict[str, Any]]


def _getting(theirs: Look, missing: type[Exception]) -> Callable[..., Any]:
    def make(get: Any) -> Any:
        def get_one(backend: Any, name: str) -> Any:
            try:
                return get(backend, name)
            except missing:
                if found := theirs(backend).get(name):
                    return found
                raise

        return get_one

    return make


def _describing(parameter: str, theirs: Look) -> Callable[..., Any]:
    """The account's own first; those of others without the tags that their owners gave them."""

    def make(describe: Any) -> Any:
        def describe_all(backend: Any, ids: list[str] | None = None, filters: Any = None, **named: Any) -> Any:
            ids = ids or named.get(parameter)
            others = [_without_tags(each) for name, each in theirs(backend).items() if not ids or name in ids]
            rest = [name for name in ids or [] if name not in {each.id for each in others}]
            own = [] if ids and not rest else describe(backend, rest or None, filters)
            return own + (generic_filter(filters, others) if filters else others)

        return describe_all

    return make


def _without_tags(thing: Any) -> Any:
    seen = copy.copy(thing)
    seen.get_tags = list
    return seen


@patch("moto makes security groups in VPCs that do not exist or belong to another account")
def security_group_vpc() -> None:
    def make(create: Any) -> Any:
        def create_group(backend: Any, name: str, description: str, vpc_id: str | None = None, **more: Any) -> Any:
            if vpc_id and not more.get("force"):  # moto makes the default group of a VPC as it makes the VPC
                backend.get_vpc(vpc_id)
            return create(backend, name, description, vpc_id, **more)

        return create_group

    replace(SecurityGroupBackend, "create_security_group", make)


@patch("moto launches into a subnet with security groups of another network, and into a shared one without a group")
def launch_networks() -> None:
    def make(run: Any) -> Any:
        def run_instances(backend: Any, *arguments: Any, **named: Any) -> Any:
            nics = named.get("nics") or []
            subnet = named.get("subnet_id") or next((nic["SubnetId"] for nic in nics if nic.get("SubnetId")), None)
            if subnet:
                groups = [*(named.get("security_group_ids") or [])]
                groups += [group for nic in nics for group in nic.get("Groups") or []]
                _check_network(backend, backend.get_subnet(subnet), groups or _of_template(backend, named))
            return run(backend, *arguments, **named)

        return run_instances

    replace(InstanceBackend, "run_instances", make)


def _of_template(backend: Any, named: dict[str, Any]) -> list[str]:
    template = named.get("launch_template")
    return list(backend._get_template_from_args(template).data.get("SecurityGroupIds") or []) if template else []


def _check_network(backend: Any, subnet: Any, groups: Iterable[Any]) -> None:
    """A VPC's default group is its owner's: a participant must name one of its own."""
    ids = [each for each in groups if isinstance(each, str)]
    if not ids and subnet.ec2_backend is not backend:
        refuse("InvalidGroup.NotFound", f"The default security group of '{subnet.vpc_id}' belongs to another account")
    for each in ids:
        group = backend.get_security_group_from_id(each)
        if group and group.vpc_id != subnet.vpc_id:
            refuse("InvalidParameter", f"Security group {each} and subnet {subnet.id} belong to different networks.")
