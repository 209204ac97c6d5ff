"""Launch a host, to make an AMI on it or to try one: once, wherever there is capacity first."""

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, code_of
from goldsmith.recipe.bundle import Bundle
from goldsmith.values.build import BuilderHost, PlannedImage
from goldsmith.values.launch import Launch
from goldsmith.values.verify_plan import Candidate
from goldsmith.vocabulary import Tag

NO_ROOM: Final = frozenset({
    "InsufficientAddressCapacity", "InsufficientCapacity", "InsufficientFreeAddressesInSubnet",
    "InsufficientHostCapacity", "InsufficientInstanceCapacity", "InstanceLimitExceeded", "Unsupported",
    "VcpuLimitExceeded",
})  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What every host stands on: an instance profile that can do next to nothing, a group without an open port."""

    profile: str
    group: str


def launch(asked: Launch, bundle: Bundle, *, ec2: Any, ground: Ground) -> BuilderHost:
    """The host, on the first of the recipe's instance types and subnets that has room for it.

    Each choice has a client token of its own, so that asking again returns the instance that was launched before.
    NeedsAPerson if there is room nowhere; it names what was tried.
    """
    refused: list[str] = []
    for subnet, instance_type in product(asked.part.subnets or ("",), asked.part.instance_types):
        choice = f"{instance_type} in {subnet or 'the default VPC'}"
        try:
            made = ec2.run_instances(**_request(asked, bundle, instance_type, subnet, ground))["Instances"][0]
        except ClientError as error:
            if code_of(error) not in NO_ROOM:
                raise
            refused.append(f"{choice}: {code_of(error)}")
            continue
        return BuilderHost(
            instance_id=made["InstanceId"],
            instance_type=instance_type,
            subnet=subnet,
            refused=tuple(refused),
            launched=made.get("LaunchTime"),
        )
    raise NeedsAPerson(
        f"no room for a host of {asked.part.name}: {'; '.join(refused)}. "
        "Try again later, or add instance types or subnets to the recipe's builder."
    )


def _request(asked: Launch, bundle: Bundle, instance_type: str, subnet: str, ground: Ground) -> dict[str, Any]:
    part = asked.part
    which = " ".join(filter(None, (asked.run, part.architecture, asked.twin, instance_type, subnet)))
    return {
        "ImageId": part.boots.image_id,
        "InstanceType": instance_type,
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": hashlib.sha256(which.encode()).hexdigest(),
        "IamInstanceProfile": {"Arn": ground.profile},
        "SecurityGroupIds": [ground.group],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
        "BlockDeviceMappings": _volumes(part),
        "TagSpecifications": [{"ResourceType": kind, "Tags": _tags(asked)} for kind in ("instance", "volume")],
        **({"SubnetId": subnet} if subnet else {}),
        **({"UserData": bundle.user_data} if bundle.user_data and not asked.twin else {}),
    }


def _volumes(part: PlannedImage | Candidate) -> list[dict[str, Any]]:
    """Every EBS volume of the image: encrypted with our key and gone with the host.  The recipe's disk is the root's.

    A volume that the request leaves out is launched as the image has it: unencrypted, or left behind by the host.
    """
    root, disk = part.boots.root_device, part.disk
    ours = {"Encrypted": True, "KmsKeyId": part.kms_key, "DeleteOnTermination": True}
    wanted = {root: {"VolumeSize": disk.gib, "VolumeType": disk.type}} if disk else {}
    return [{"DeviceName": name, "Ebs": wanted.get(name, {}) | ours} for name in part.boots.devices]


def _tags(asked: Launch) -> list[dict[str, str]]:
    """AMIs carry the tag of the run too, and tools copy tags of AMIs: only hosts and their volumes have `HOST`."""
    run, family = asked.run, asked.family
    tags = {"Name": f"goldsmith {run}", Tag.RUN.value: run, Tag.HOST.value: run, Tag.FAMILY.value: family}
    return [{"Key": key, "Value": value} for key, value in tags.items()]
