"""Which resources and condition keys AWS evaluates for an EC2 call, as `iam_ec2_table` lists them."""

import re
from collections.abc import Sequence

from moto.ec2.models import ec2_backends

from emulator.iam import ec2_launch
from emulator.iam.ec2_state import Keys, arn, context, kind_of
from emulator.iam.ec2_table import (
    CHANGES_ATTRIBUTES,
    COMPLEX_ATTRIBUTES,
    DESCRIBED_BY_RESOURCE,
    TABLE,
    WITHOUT_RESOURCE,
    Touched,
)
from emulator.iam.request import Call, Check, NotModelledError, pass_role, resources_of, tag_keys


@resources_of("ec2")
def ec2_resources(call: Call) -> Sequence[Check]:
    if call.operation in ec2_launch.LAUNCHES:
        return ec2_launch.LAUNCHES[call.operation](call)
    if call.operation in TABLE:
        checks = [check for touched in TABLE[call.operation] for check in _touched(call, touched)]
        return [*checks, *_profile(call), *ec2_launch.tags_on_create(call)]
    describes = call.operation.startswith("Describe") and call.operation not in DESCRIBED_BY_RESOURCE
    if describes or call.operation in WITHOUT_RESOURCE:
        return [call.check(**{"ec2:Region": call.region})]
    raise NotModelledError(call.action)


def _touched(call: Call, touched: Touched) -> list[Check]:
    if not touched.parameter:
        keys: Keys = {"ec2:Region": call.region, **tag_keys(ec2_launch.tags_for(call, touched.kind))}
        return [Check(call.action, arn(touched.kind, "*", call.account, call.region), keys)]
    region = call.one(touched.region) or call.region if touched.region else call.region
    names = _names(call, touched)
    if not names and not touched.optional:
        names = ["*"]
    return [_existing(call, touched.kind or kind_of(name), name, region) for name in names]


def _existing(call: Call, kind: str, name: str, region: str) -> Check:
    keys = context(kind, name, call.account, region) | _attributes(call)
    if call.operation in {"CreateTags", "DeleteTags"}:
        keys |= _tags_asked(call)
    return Check(call.action, arn(kind, name, call.account, region), keys)


def _names(call: Call, touched: Touched) -> list[str]:
    if ".N." in touched.parameter:
        prefix, _, member = touched.parameter.partition(".N.")
        return [name for index in call.indices(prefix) if (name := call.one(f"{index}.{member}"))]
    names = call.many(touched.parameter)
    if touched.kind == "launch-template" and not names:
        return [template_id(call, call.one("LaunchTemplateName"))]
    if touched.kind == "security-group" and not names and call.one("GroupName"):
        group = ec2_backends[call.account][call.region].get_security_group_from_name(call.one("GroupName"))
        return [group.id] if group else []
    return names


def template_id(call: Call, name: str) -> str:
    """The id behind a launch template's name; the name itself if there is none such."""
    return str(ec2_backends[call.account][call.region].launch_template_name_to_ids.get(name, name))


def _profile(call: Call) -> Sequence[Check]:
    if call.operation != "AssociateIamInstanceProfile":
        return ()
    role = ec2_launch.profile_role(call.one("IamInstanceProfile.Arn") or call.one("IamInstanceProfile.Name"))
    return pass_role(role, "ec2.amazonaws.com")


def _tags_asked(call: Call) -> Keys:
    """The tags of CreateTags; DeleteTags may name keys only."""
    tags = {call.one(f"{tag}.Key"): call.one(f"{tag}.Value") for tag in call.indices("Tag")}
    return tag_keys(tags)


def _attributes(call: Call) -> Keys:
    """The keys `ec2:Attribute` and `ec2:Attribute/NAME`, and `ec2:Add/*` or `ec2:Remove/*` of a permission.

    "The ec2:Attribute condition key" in the EC2 User Guide (iam-policies-for-amazon-ec2) says where AWS has them.
    `ec2:Attribute` holds the request's own `Attribute` parameter, and `ec2:Attribute/NAME` the value of a primitive
    member, or of a structure that has nothing but a `Value`.  Neither exists for a complex object.  The guide does not
    say whether `ec2:Attribute` exists for a request that sends `NAME.Value`; here it does not, the stricter reading.
    """
    if call.operation not in CHANGES_ATTRIBUTES:
        return {}
    keys: Keys = {}
    for name in CHANGES_ATTRIBUTES[call.operation].split():
        if value := call.one(name) or call.one(f"{name}.Value"):
            keys[f"ec2:Attribute/{name}"] = value
    outright = call.one("Attribute")
    if (named := outright[:1].upper() + outright[1:]) and named not in COMPLEX_ATTRIBUTES:
        keys["ec2:Attribute"] = named
        if value := call.one("Value"):
            keys[f"ec2:Attribute/{named}"] = value
    return keys | _permissions(call) if call.operation == "ModifySnapshotAttribute" else keys


def _permissions(call: Call) -> Keys:
    """`ec2:Add/userId`, `ec2:Remove/group` …, from either form of the request."""
    keys: dict[str, list[str]] = {}
    for name in call.params:
        if match := re.fullmatch(r"CreateVolumePermission\.(Add|Remove)\.\d+\.(UserId|Group)", name):
            keys.setdefault(f"ec2:{match[1]}/{match[2][0].lower()}{match[2][1:]}", []).append(call.one(name))
    change = call.one("OperationType").capitalize()
    for parameter, key in (("UserId", "userId"), ("UserGroup", "group")):
        if change and (values := call.many(parameter)):
            keys.setdefault(f"ec2:{change}/{key}", []).extend(values)
    return dict(keys)
