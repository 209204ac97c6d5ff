"""What IAM can know of an EC2 resource that exists: its ARN, its tags, its attributes (all from moto)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

from emulator.ec2.shared_subnets import owner, shared

OWNERLESS: Final = ("image", "snapshot")
"""Resource types whose ARN carries no account id."""

Keys = dict[str, str | list[str]]


def arn(kind: str, name: str, account: str, region: str) -> str:
    """The ARN of a resource that `account` names; that of a shared subnet and its VPC carries their owner's id."""
    whose = "" if kind in OWNERLESS else owner(kind, name, account, region)
    return f"arn:aws:ec2:{region}:{whose}:{kind}/{name}"


def kind_of(resource_id: str) -> str:
    """`ami-1` is an image; "*" for an id of no kind we know, which only a policy for everything matches."""
    return str(EC2_PREFIX_TO_RESOURCE.get(resource_id.rpartition("-")[0], "*"))


def context(kind: str, name: str, account: str, region: str) -> Keys:
    """The condition keys that describe a resource; one that does not exist has no tags and no attributes."""
    keys: Keys = {"ec2:Region": region}
    if region not in ec2_backends[account].regions:  # the operation itself refuses it
        return keys
    backend = ec2_backends[account][region]
    for key, value in backend.tags.get(name, {}).items():
        keys |= {f"aws:ResourceTag/{key}": value, f"ec2:ResourceTag/{key}": value}
    find, describe = KINDS.get(kind, (None, None))
    found = find(backend, name) if find else None
    if found is not None and describe is not None:
        keys |= {key: value for key, value in describe(found).items() if value is not None}
    return keys


def text(flag: object) -> str:
    """A boolean as policies compare it."""
    return "true" if flag else "false"


def _image(image: Any) -> Mapping[str, Any]:
    return {
        "ec2:ImageID": image.id,
        "ec2:ImageType": "machine",  # AMIs without kernel and ramdisk images: all that are modelled
        "ec2:Owner": image.owner_alias or image.owner_id,
        "ec2:Public": text(image.is_public),
        "ec2:RootDeviceType": "ebs",
    }


def _instance(instance: Any) -> Mapping[str, Any]:
    options = instance.metadata_options
    profile = instance.iam_instance_profile
    return {
        "ec2:AvailabilityZone": instance.placement.zone,
        "ec2:EbsOptimized": text(instance.ebs_optimized),
        "ec2:InstanceID": instance.id,
        "ec2:InstanceProfile": profile["Arn"] if profile else None,
        "ec2:InstanceType": instance.instance_type,
        "ec2:MetadataHttpEndpoint": options.http_endpoint,
        "ec2:MetadataHttpPutResponseHopLimit": str(options.http_put_response_hop_limit),
        "ec2:MetadataHttpTokens": options.http_tokens,
        "ec2:RootDeviceType": instance.root_device_type,
        "ec2:Tenancy": instance.placement.tenancy,
    }


def _snapshot(snapshot: Any) -> Mapping[str, Any]:
    return {
        "ec2:Encrypted": text(snapshot.encrypted),
        "ec2:Owner": snapshot.owner_id,
        "ec2:ParentVolume": snapshot.volume.id,
        "ec2:SnapshotID": snapshot.id,
        "ec2:VolumeSize": str(snapshot.volume.size),
    }


def _volume(volume: Any) -> Mapping[str, Any]:
    return {
        "ec2:Encrypted": text(volume.encrypted),
        "ec2:VolumeID": volume.id,
        "ec2:VolumeSize": str(volume.size),
        "ec2:VolumeType": volume.volume_type,
    }


def _subnet(subnet: Any) -> Mapping[str, Any]:
    backend = subnet.ec2_backend
    vpc = arn("vpc", subnet.vpc_id, backend.account_id, backend.region_name)
    return {"ec2:AvailabilityZone": subnet.availability_zone, "ec2:SubnetID": subnet.id, "ec2:Vpc": vpc}


def _group(group: Any) -> Mapping[str, Any]:
    backend = group.ec2_backend
    vpc = arn("vpc", group.vpc_id, backend.account_id, backend.region_name)
    return {"ec2:SecurityGroupID": group.id, "ec2:Vpc": vpc}


def _find_instance(backend: Any, name: str) -> Any:
    return next((instance for instance in backend.all_instances() if instance.id == name), None)


def find_subnet(backend: Any, name: str) -> Any:
    own = next((zone[name] for zone in backend.subnets.values() if name in zone), None)
    return own or shared(backend).get(name)


Find = Callable[[Any, str], Any]
KINDS: Final[Mapping[str, tuple[Find, Callable[[Any], Mapping[str, Any]]]]] = {
    "image": (lambda backend, name: backend.amis.get(name), _image),
    "instance": (_find_instance, _instance),
    "snapshot": (lambda backend, name: backend.snapshots.get(name), _snapshot),
    "volume": (lambda backend, name: backend.volumes.get(name), _volume),
    "subnet": (find_subnet, _subnet),
    "security-group": (lambda backend, name: backend.get_security_group_from_id(name), _group),
}
