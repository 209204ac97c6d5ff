"""EC2 in the service authorization reference: which resources each action touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Touched:
    """A resource type; the request names it in `parameter` (`InstanceId` also stands for `InstanceId.N`) or makes it.

    `region` is the parameter that names another region; `optional` resources count only when they are named.
    """

    kind: str
    parameter: str = ""
    region: str = ""
    optional: bool = False


_IMAGE: Final = (Touched("image", "ImageId"),)
_SNAPSHOT: Final = (Touched("snapshot", "SnapshotId"),)
_INSTANCE: Final = (Touched("instance", "InstanceId"),)
_VOLUME: Final = (Touched("volume", "VolumeId"),)
_GROUP: Final = (Touched("security-group", "GroupId"),)
_TEMPLATE: Final = (Touched("launch-template", "LaunchTemplateId"),)

TABLE: Final[Mapping[str, Sequence[Touched]]] = {
    "CancelImageLaunchPermission": _IMAGE,
    "DeregisterImage": _IMAGE,
    "DescribeImageAttribute": _IMAGE,
    "DisableFastLaunch": _IMAGE,
    "DisableImage": _IMAGE,
    "DisableImageDeprecation": _IMAGE,
    "DisableImageDeregistrationProtection": _IMAGE,
    "EnableFastLaunch": _IMAGE,
    "EnableImage": _IMAGE,
    "EnableImageDeprecation": _IMAGE,
    "EnableImageDeregistrationProtection": _IMAGE,
    "GetImageAncestry": _IMAGE,
    "GetImageFindings": _IMAGE,
    "ModifyImageAttribute": _IMAGE,
    "ResetImageAttribute": _IMAGE,
    "RestoreImageFromRecycleBin": _IMAGE,
    "CreateStoreImageTask": _IMAGE,
    "CreateRestoreImageTask": (Touched("image"),),
    "CreateImageUsageReport": (*_IMAGE, Touched("image-usage-report")),
    "DeleteImageUsageReport": (Touched("image-usage-report", "ReportId"),),
    "CreateImage": (*_INSTANCE, Touched("image"), Touched("snapshot")),
    "CopyImage": (Touched("image", "SourceImageId", "SourceRegion"), Touched("image"), Touched("snapshot")),
    "RegisterImage": (Touched("image"), Touched("snapshot", "BlockDeviceMapping.N.Ebs.SnapshotId", optional=True)),
    "CopySnapshot": (Touched("snapshot", "SourceSnapshotId", "SourceRegion"), Touched("snapshot")),
    "CreateSnapshot": (*_VOLUME, Touched("snapshot")),
    "DeleteSnapshot": _SNAPSHOT,
    "DescribeSnapshotAttribute": _SNAPSHOT,
    "LockSnapshot": _SNAPSHOT,
    "ModifySnapshotAttribute": _SNAPSHOT,
    "ModifySnapshotTier": _SNAPSHOT,
    "ResetSnapshotAttribute": _SNAPSHOT,
    "RestoreSnapshotFromRecycleBin": _SNAPSHOT,
    "RestoreSnapshotTier": _SNAPSHOT,
    "UnlockSnapshot": _SNAPSHOT,
    "AssociateIamInstanceProfile": _INSTANCE,
    "DescribeInstanceAttribute": _INSTANCE,
    "GetConsoleOutput": _INSTANCE,
    "GetConsoleScreenshot": _INSTANCE,
    "GetLaunchTemplateData": _INSTANCE,
    "ModifyInstanceAttribute": (*_INSTANCE, Touched("security-group", "GroupId", optional=True)),
    "ModifyInstanceMetadataOptions": _INSTANCE,
    "RebootInstances": _INSTANCE,
    "StartInstances": _INSTANCE,
    "StopInstances": _INSTANCE,
    "TerminateInstances": _INSTANCE,
    "AttachVolume": (*_INSTANCE, *_VOLUME),
    "CreateVolume": (Touched("volume"), Touched("snapshot", "SnapshotId", optional=True)),
    "DeleteVolume": _VOLUME,
    "DescribeVolumeAttribute": _VOLUME,
    "DetachVolume": (*_VOLUME, Touched("instance", "InstanceId", optional=True)),
    "AuthorizeSecurityGroupEgress": _GROUP,
    "AuthorizeSecurityGroupIngress": _GROUP,
    "CreateSecurityGroup": (Touched("security-group"), Touched("vpc", "VpcId", optional=True)),
    "DeleteSecurityGroup": _GROUP,
    "RevokeSecurityGroupEgress": _GROUP,
    "RevokeSecurityGroupIngress": _GROUP,
    "CreateLaunchTemplate": (Touched("launch-template"),),
    "CreateLaunchTemplateVersion": _TEMPLATE,
    "DeleteLaunchTemplate": _TEMPLATE,
    "DeleteLaunchTemplateVersions": _TEMPLATE,
    "ModifyLaunchTemplate": _TEMPLATE,
    "CreateKeyPair": (Touched("key-pair"),),
    "DeleteKeyPair": (Touched("key-pair", "KeyName"),),
    "DescribeVpcAttribute": (Touched("vpc", "VpcId"),),
    "CreateTags": (Touched("", "ResourceId"),),
    "DeleteTags": (Touched("", "ResourceId"),),
}

WITHOUT_RESOURCE: Final = frozenset(
    {
        "DisableAllowedImagesSettings",
        "DisableEbsEncryptionByDefault",
        "DisableImageBlockPublicAccess",
        "DisableSnapshotBlockPublicAccess",
        "EnableAllowedImagesSettings",
        "EnableEbsEncryptionByDefault",
        "EnableImageBlockPublicAccess",
        "EnableSnapshotBlockPublicAccess",
        "GetAllowedImagesSettings",
        "GetEbsDefaultKmsKeyId",
        "GetEbsEncryptionByDefault",
        "GetImageBlockPublicAccessState",
        "GetInstanceMetadataDefaults",
        "GetSnapshotBlockPublicAccessState",
        "ListImagesInRecycleBin",
        "ListSnapshotsInRecycleBin",
        "ModifyInstanceMetadataDefaults",
        "ReplaceImageCriteriaInAllowedImagesSettings",
    }
)

DESCRIBED_BY_RESOURCE: Final = frozenset(
    {
        "DescribeCapacityBlockExtensionOfferings",
        "DescribeClientVpnAuthorizationRules",
        "DescribeClientVpnConnections",
        "DescribeClientVpnRoutes",
        "DescribeClientVpnTargetNetworks",
        "DescribeFleetHistory",
        "DescribeFleetInstances",
        "DescribeFpgaImageAttribute",
        "DescribeSecurityGroupReferences",
        "DescribeSpotFleetInstances",
        "DescribeSpotFleetRequestHistory",
        "DescribeVpcEndpointServicePermissions",
    }
)
"""Describe actions with a resource that we do not model; those in TABLE are modelled, all others have none."""

CHANGES_ATTRIBUTES: Final[Mapping[str, str]] = {
    "ModifyImageAttribute": "Description ImdsSupport",
    "ModifySnapshotAttribute": "",
    "ModifyInstanceAttribute": "InstanceType DisableApiTermination UserData EbsOptimized",
    "ModifyInstanceMetadataOptions": "HttpTokens HttpEndpoint HttpPutResponseHopLimit InstanceMetadataTags",
    "ModifyLaunchTemplate": "DefaultVersion SetDefaultVersion",
    "ModifySnapshotTier": "StorageTier",
    "ResetImageAttribute": "",
    "ResetSnapshotAttribute": "",
}
"""Actions with `ec2:Attribute` keys, and the members that have one: primitives, and structures of just a `Value`."""

COMPLEX_ATTRIBUTES: Final = frozenset(
    {"BlockDeviceMapping", "CreateVolumePermission", "GroupSet", "LaunchPermission", "ProductCodes"}
)
"""Attributes that are lists or structures of several members: they have no `ec2:Attribute` key at all."""
