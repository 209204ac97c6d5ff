"""Launches: RunInstances and CreateFleet touch many resources, each evaluated in its own context."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ministack.services import iam as roles
from moto.ec2.models import ec2_backends

from emulator.iam.ec2_state import Keys, arn, context, find_subnet, text
from emulator.iam.request import Call, Check, pass_role, tag_keys
from emulator.images.ami import look_up
from emulator.images.devices import volumes

SERVICE: Final = "ec2.amazonaws.com"


def tags_for(call: Call, kind: str) -> dict[str, str]:
    """The tags that the request puts on resources of this type as it creates them."""
    return {
        call.one(f"{tag}.Key"): call.one(f"{tag}.Value")
        for specification in call.indices("TagSpecification")
        if call.one(f"{specification}.ResourceType") == kind
        for tag in call.indices(f"{specification}.Tag")
    }


def tags_on_create(call: Call) -> list[Check]:
    """Tags on create need `ec2:CreateTags` on what is created; `ec2:CreateAction` says for what."""
    kinds = dict.fromkeys(call.one(f"{index}.ResourceType") for index in call.indices("TagSpecification"))
    return [
        Check(
            "ec2:CreateTags",
            arn(kind, "*", call.account, call.region),
            {"ec2:CreateAction": call.operation, "ec2:Region": call.region, **tag_keys(tags_for(call, kind))},
        )
        for kind in kinds
        if tags_for(call, kind)
    ]


def profile_role(profile: str) -> str:
    """The ARN of the role in an instance profile, which may be named by ARN; "" if there is none."""
    found = roles._instance_profiles.get(profile.rpartition("/")[2]) or {}
    role = roles._roles.get(next(iter(found.get("Roles", [])), "")) or {}
    return str(role.get("Arn", ""))


class _Launch:
    """What a launch asks for: the request, and beneath it the version of the launch template that it names."""

    def __init__(self, call: Call, template: str = "LaunchTemplate") -> None:
        self.call = call
        self.backend = ec2_backends[call.account][call.region]
        name = call.one(f"{template}.LaunchTemplateName")
        named = call.one(f"{template}.LaunchTemplateId")
        self.template = named or self.backend.launch_template_name_to_ids.get(name, name)
        found = self.backend.launch_templates.get(self.template)
        version = call.one(f"{template}.Version") or "$Default"
        self.data: Mapping[str, Any] = found.get_version(version).data if found else {}

    def one(self, path: str) -> str:
        """`MetadataOptions.HttpTokens` of the request, else of the template."""
        if value := self.call.one(path):
            return value
        data: Any = self.data
        for name in path.split("."):
            data = data.get(name) if isinstance(data, Mapping) else None
        return data if isinstance(data, str) else ""

    def check(self, kind: str, name: str, keys: Mapping[str, Any] | None = None) -> Check:
        """One resource of the launch; `keys` describe what does not exist yet."""
        described: Keys = context(kind, name, self.call.account, self.call.region)
        described |= {key: value for key, value in (keys or {}).items() if value}
        if self.template:
            described["ec2:LaunchTemplate"] = arn("launch-template", self.template, self.call.account, self.call.region)
            described["ec2:IsLaunchTemplateResource"] = text(name != "*" and name in str(self.data))
        return Check(self.call.action, arn(kind, name, self.call.account, self.call.region), described)

    def created(self, kind: str, keys: Mapping[str, Any]) -> Check:
        return self.check(kind, "*", {**keys, **tag_keys(tags_for(self.call, kind))})

    def instance(self) -> Check:
        profile = self.one("IamInstanceProfile.Arn") or self.one("IamInstanceProfile.Name")
        keys = {
            "ec2:AvailabilityZone": self.one("Placement.AvailabilityZone"),
            "ec2:EbsOptimized": self.one("EbsOptimized") or "false",
            "ec2:InstanceProfile": profile and f"arn:aws:iam::{self.call.account}:instance-profile/{_last(profile)}",
            "ec2:InstanceType": self.one("InstanceType") or "m1.small",
            "ec2:MetadataHttpEndpoint": self.one("MetadataOptions.HttpEndpoint"),
            "ec2:MetadataHttpPutResponseHopLimit": self.one("MetadataOptions.HttpPutResponseHopLimit"),
            "ec2:MetadataHttpTokens": self.one("MetadataOptions.HttpTokens"),
            "ec2:RootDeviceType": "ebs",
            "ec2:Tenancy": self.one("Placement.Tenancy") or "default",
        }
        return self.created("instance", keys)

    def volumes(self) -> list[Check]:
        """A check per EBS device of the launch: those of the image, changed and added to by the template's and
        the request's.  IAM is asked for each volume, named in the request or not (Actions, resources, and condition
        keys for Amazon EC2: RunInstances touches `volume*`).
        """
        image = look_up(self.backend, self.one("ImageId"))
        asked = self._mappings()
        devices = volumes(image, [*(self.data.get("BlockDeviceMappings") or []), *asked])
        named = {each["DeviceName"]: (each["Ebs"] or {}).get("SnapshotId", "") for each in asked}
        checks = [self.created("volume", self._keys(ebs, named.get(name, ""))) for name, ebs in devices.items()]
        return checks or [self.created("volume", {})]

    def _mappings(self) -> list[dict[str, Any]]:
        """The block device mappings of the request."""
        return [self._mapping(index) for index in self.call.indices("BlockDeviceMapping")]

    def _mapping(self, index: str) -> dict[str, Any]:
        members = ("Encrypted", "VolumeSize", "VolumeType", "SnapshotId")
        ebs: dict[str, Any] = {name: value for name in members if (value := self.call.one(f"{index}.Ebs.{name}"))}
        if "Encrypted" in ebs:
            ebs["Encrypted"] = ebs["Encrypted"].lower() == "true"
        no_device = {"NoDevice": ""} if f"{index}.NoDevice" in self.call.params else {}
        name, virtual = self.call.one(f"{index}.DeviceName"), self.call.one(f"{index}.VirtualName")
        return {"DeviceName": name, "VirtualName": virtual, "Ebs": ebs or None, **no_device}

    def _keys(self, ebs: Mapping[str, Any], snapshot: str) -> dict[str, str]:
        keys = {f"ec2:{name}": str(ebs[name]) for name in ("VolumeSize", "VolumeType") if ebs.get(name)}
        if snapshot:
            keys["ec2:ParentSnapshot"] = arn("snapshot", snapshot, self.call.account, self.call.region)
        return keys | {"ec2:Encrypted": text(ebs.get("Encrypted"))}

    def network(self) -> list[Check]:
        """Subnet, security groups and interface: those that are named, else the account's defaults."""
        subnet = self.one("SubnetId") or self.call.one("NetworkInterface.1.SubnetId") or self._default_subnet()
        found = find_subnet(self.backend, subnet)
        groups = self.call.many("SecurityGroupId") or self.call.many("NetworkInterface.1.SecurityGroupId")
        groups = groups or self.data.get("SecurityGroupIds") or self._default_groups(found)
        interface = self.call.one("NetworkInterface.1.NetworkInterfaceId") or "*"
        keys = {
            "ec2:AssociatePublicIpAddress": self.call.one("NetworkInterface.1.AssociatePublicIpAddress"),
            "ec2:Subnet": arn("subnet", subnet, self.call.account, self.call.region),
            "ec2:Vpc": found and arn("vpc", found.vpc_id, self.call.account, self.call.region),
            **tag_keys(tags_for(self.call, "network-interface")),
        }
        checks = [self.check("subnet", subnet), self.check("network-interface", interface, keys)]
        return checks + [self.check("security-group", group) for group in groups]

    def _default_subnet(self) -> str:
        return next((subnet.id for subnet in self.backend.get_default_subnets().values()), "*")

    def _default_groups(self, subnet: Any) -> list[str]:
        group = self.backend.get_default_security_group(subnet.vpc_id) if subnet else None
        return [group.id] if group else ["*"]

    def named(self) -> list[Check]:
        """What is touched only if the request names it."""
        kinds = {"key-pair": "KeyName", "placement-group": "Placement.GroupName"}
        checks = [self.check(kind, name) for kind, path in kinds.items() if (name := self.one(path))]
        mapped = [self.call.one(f"{index}.Ebs.SnapshotId") for index in self.call.indices("BlockDeviceMapping")]
        checks += [self.check("snapshot", snapshot) for snapshot in mapped if snapshot]
        return checks + ([self.check("launch-template", self.template)] if self.template else [])


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _run_instances(call: Call) -> Sequence[Check]:
    launch = _Launch(call)
    profile = launch.one("IamInstanceProfile.Arn") or launch.one("IamInstanceProfile.Name")
    return [
        launch.check("image", launch.one("ImageId") or "*"),
        launch.instance(),
        *launch.network(),
        *launch.volumes(),
        *launch.named(),
        *tags_on_create(call),
        *pass_role(profile and profile_role(profile), SERVICE),
    ]


def _create_fleet(call: Call) -> Sequence[Check]:
    """The fleet, its instances and volumes, and what its launch template configurations name."""
    checks = [_Launch(call).created("fleet", {})]
    for index in call.indices("LaunchTemplateConfigs"):
        launch = _Launch(call, f"{index}.LaunchTemplateSpecification")
        checks += [launch.instance(), *launch.volumes(), *launch.named()]
        if image := launch.one("ImageId"):
            checks.append(launch.check("image", image))
        for override in call.indices(f"{index}.Overrides"):
            if subnet := call.one(f"{override}.SubnetId"):
                checks.append(launch.check("subnet", subnet))
    return [*checks, *tags_on_create(call)]


LAUNCHES: Final[Mapping[str, Callable[[Call], Sequence[Check]]]] = {
    "RunInstances": _run_instances,
    "CreateFleet": _create_fleet,
}
