"""Launch the host that one part of a build is made on: once, wherever there is capacity first."""

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.building import Builder, Launch
from goldsmith.bundle import Bundle
from goldsmith.errors import NeedsAPerson, code_of
from goldsmith.vocabulary import Tag

NO_ROOM: Final = frozenset({
    "InsufficientAddressCapacity", "InsufficientCapacity", "InsufficientFreeAddressesInSubnet",
    "InsufficientHostCapacity", "InsufficientInstanceCapacity", "InstanceLimitExceeded", "Unsupported",
    "VcpuLimitExceeded",
})  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What every builder stands on: an instance profile that can do next to nothing, a group without an open port."""

    profile: str
    group: str


def launch(asked: Launch, bundle: Bundle, *, ec2: Any, ground: Ground) -> Builder:
    """The builder, on the first of the recipe's instance types and subnets that has room for it.

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
        return Builder(
            instance_id=made["InstanceId"], instance_type=instance_type, subnet=subnet, refused=tuple(refused)
        )
    raise NeedsAPerson(
        f"no room for a builder of {asked.part.name}: {'; '.join(refused)}. "
        "Try again later, or add instance types or subnets to the recipe's builder."
    )


def _request(asked: Launch, bundle: Bundle, instance_type: str, subnet: str, ground: Ground) -> dict[str, Any]:
    part = asked.part
    token = hashlib.sha256(f"{asked.run} {part.architecture} {instance_type} {subnet}".encode()).hexdigest()
    tags = {"Name": f"goldsmith {asked.run}", Tag.RUN.value: asked.run, Tag.FAMILY.value: asked.family}
    written = [{"Key": key, "Value": value} for key, value in tags.items()]
    disk = {"VolumeSize": part.disk.gib, "VolumeType": part.disk.type}
    return {
        "ImageId": part.base.image_id,
        "InstanceType": instance_type,
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": token,
        "IamInstanceProfile": {"Arn": ground.profile},
        "SecurityGroupIds": [ground.group],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
        "BlockDeviceMappings": [
            {
                "DeviceName": part.base.root_device,
                "Ebs": {**disk, "Encrypted": True, "KmsKeyId": part.kms_key, "DeleteOnTermination": True},
            }
        ],
        "TagSpecifications": [{"ResourceType": kind, "Tags": written} for kind in ("instance", "volume")],
        **({"SubnetId": subnet} if subnet else {}),
        **({"UserData": bundle.user_data} if bundle.user_data else {}),
    }
