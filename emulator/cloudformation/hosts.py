"""What instances are launched with: security groups made where our EC2 is, and instance profiles."""

from collections.abc import Sequence
from typing import Any, Final

from emulator.cloudformation.resources import Made, Properties, call, changed, name_of, only, provide
from emulator.gateway.patching import patch

Rules = Sequence[Properties]
EVERYWHERE: Final = ({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"},)  # what AWS lets out if the template says nothing
RANGES: Final = {"CidrIp": "IpRanges", "CidrIpv6": "Ipv6Ranges"}


@patch("ministack makes AWS::EC2::SecurityGroup in an EC2 of its own, where no instance is ever launched into it")
def cfn_security_group() -> None:
    fixed = ("GroupName", "GroupDescription", "VpcId")
    provide("AWS::EC2::SecurityGroup", _create_group, _update_group, _delete_group, fixed=fixed)


def _create_group(logical: str, properties: Properties, stack: str) -> Made:
    name = name_of(properties, "GroupName", stack, logical, 255)
    made = call(
        "ec2", "CreateSecurityGroup", GroupName=name, Description=properties["GroupDescription"],
        **only(properties, "VpcId"),
    )  # fmt: skip
    return _update_group(made["GroupId"], properties, {})


def _update_group(physical: str, new: Properties, old: Properties) -> Made:
    group = _group(physical)
    _allow(physical, "Ingress", group.get("IpPermissions", []), new.get("SecurityGroupIngress", ()))
    egress = new.get("SecurityGroupEgress") or EVERYWHERE
    _allow(physical, "Egress", group.get("IpPermissionsEgress", []), egress)
    if gone := [{"Key": tag["Key"]} for tag in _own(old) if tag not in _own(new)]:
        call("ec2", "DeleteTags", Resources=[physical], Tags=gone)
    if tags := _own(new):
        call("ec2", "CreateTags", Resources=[physical], Tags=tags)
    return physical, {"GroupId": physical, "Id": physical, "VpcId": group["VpcId"]}


def _delete_group(physical: str, _: Properties) -> None:
    call("ec2", "DeleteSecurityGroup", GroupId=physical)


def _group(group: str) -> dict[str, Any]:
    found: dict[str, Any] = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"][0]
    return found


def _own(properties: Properties) -> list[dict[str, str]]:
    """The template's tags; those of CloudFormation itself begin with aws:, which no API may set."""
    return [tag for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")]


def _allow(group: str, way: str, now: Sequence[Any], rules: Rules) -> None:
    """Leave exactly these rules."""
    if now:
        call("ec2", f"RevokeSecurityGroup{way}", GroupId=group, IpPermissions=[*now])
    if rules:
        permissions = [_permission(rule) for rule in rules]
        call("ec2", f"AuthorizeSecurityGroup{way}", GroupId=group, IpPermissions=permissions)


def _permission(rule: Properties) -> dict[str, Any]:
    """CloudFormation has a flat rule where the API has lists."""
    permission: dict[str, Any] = only(rule, "IpProtocol", "FromPort", "ToPort")
    taken = {*permission, "Description", *RANGES, "SourceSecurityGroupId", "DestinationSecurityGroupId"}
    if unknown := rule.keys() - taken:
        raise ValueError(f"not modelled by the embedded AWS: security group rule with {', '.join(sorted(unknown))}")
    described = only(rule, "Description")
    for key, ranges in RANGES.items():
        if key in rule:
            permission[ranges] = [{key: rule[key], **described}]
    if group := rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": group, **described}]
    return permission


@patch("Ref gives the ARN of an AWS::IAM::InstanceProfile, and roles that do not exist are left out without a word")
def cfn_instance_profile() -> None:
    fixed = ("InstanceProfileName", "Path")
    provide("AWS::IAM::InstanceProfile", _create_profile, _update_profile, _delete_profile, fixed=fixed)


def _create_profile(logical: str, properties: Properties, stack: str) -> Made:
    name = name_of(properties, "InstanceProfileName", stack, logical)
    call("iam", "CreateInstanceProfile", InstanceProfileName=name, **only(properties, "Path"))
    return _update_profile(name, properties, {})


def _update_profile(physical: str, new: Properties, old: Properties) -> Made:
    if changed("Roles", new, old):
        for operation, roles in (("RemoveRoleFrom", old.get("Roles", [])), ("AddRoleTo", new.get("Roles", []))):
            for role in roles:
                call("iam", f"{operation}InstanceProfile", InstanceProfileName=physical, RoleName=role)
    made = call("iam", "GetInstanceProfile", InstanceProfileName=physical)["InstanceProfile"]
    return physical, {"Arn": made["Arn"]}


def _delete_profile(physical: str, properties: Properties) -> None:
    for role in properties.get("Roles", []):
        call("iam", "RemoveRoleFromInstanceProfile", InstanceProfileName=physical, RoleName=role)
    call("iam", "DeleteInstanceProfile", InstanceProfileName=physical)
