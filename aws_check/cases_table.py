"""The table of aws_check/cases.py, workflow by workflow."""

from typing import Final

from aws_check.cases import (
    DOCUMENT,
    IMAGE,
    INSTANCE,
    OF_A_RUN,
    PARAMETER,
    REPORT,
    SNAPSHOT,
    STAGE,
    TEMPLATE,
    VOLUME,
    Case,
    at,
    moves,
    of_a_run,
    staged,
    with_key,
    written,
)

PROFILE: Final = "arn:{partition}:iam::{account}:instance-profile/goldsmith-builderprofile"
BUILDER: Final = "arn:{partition}:iam::{account}:role/goldsmith-builder"
SCHEDULED: Final = "arn:{partition}:iam::{account}:role/goldsmith-scheduled"
SHARED_SUBNET: Final = "arn:{partition}:ec2:{region}:210987654321:subnet/subnet-0123456789abcdef0"
INSPECTOR: Final = (
    "arn:{partition}:iam::{account}:role/aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2"
)
WITH_ITS_HOST: Final = {"aws:RequestTag/goldsmith:host": "goldsmith-build-1"}
LAUNCHED: Final = {
    "ec2:MetadataHttpTokens": "required",
    "ec2:InstanceProfile": PROFILE,
    "aws:RequestTag/goldsmith:run": "goldsmith-build-1",
    **WITH_ITS_HOST,
}

SHARED: Final = (
    *of_a_run("ReapRole", "ec2:TerminateInstances"),
    *moves("ReapRole", "candidate", "failed", never="released"),
    Case("ReapRole", "ec2:DeleteVolume", VOLUME, {"aws:ResourceTag/goldsmith:host": "goldsmith-build-1"}),
    Case("ReapRole", "ec2:DeleteVolume", VOLUME, OF_A_RUN, allowed=False),  # the tag that tools copy from our AMIs
    Case("AcceptRecipeRole", "iam:PassRole", SCHEDULED, {"iam:PassedToService": "scheduler.amazonaws.com"}),
    Case("AcceptRecipeRole", "iam:PassRole", SCHEDULED, {"iam:PassedToService": "ec2.amazonaws.com"}, allowed=False),
)

HOSTS: Final = (
    Case("LaunchHostRole", "ec2:RunInstances", INSTANCE, LAUNCHED),
    Case(
        "LaunchHostRole", "ec2:RunInstances", INSTANCE, LAUNCHED | {"ec2:MetadataHttpTokens": "optional"}, allowed=False
    ),
    Case("LaunchHostRole", "ec2:RunInstances", VOLUME, WITH_ITS_HOST | {"ec2:Encrypted": True}),
    Case("LaunchHostRole", "ec2:RunInstances", VOLUME, WITH_ITS_HOST | {"ec2:Encrypted": False}, allowed=False),
    Case("LaunchHostRole", "ec2:RunInstances", VOLUME, {"ec2:Encrypted": True}, allowed=False),
    Case("LaunchHostRole", "ec2:RunInstances", IMAGE),
    Case(
        "LaunchHostRole",
        "ec2:RunInstances",
        "arn:{partition}:ec2:{region}:{account}:network-interface/eni-0123456789abcdef0",
    ),
    Case(
        "LaunchHostRole", "ec2:RunInstances", "arn:{partition}:ec2:{region}:{account}:subnet/subnet-0123456789abcdef0"
    ),
    Case("LaunchHostRole", "ec2:RunInstances", SHARED_SUBNET),
    Case("LaunchHostRole", "ec2:CreateTags", INSTANCE, {"ec2:CreateAction": "RunInstances"}),
    Case("LaunchHostRole", "ec2:CreateTags", VOLUME, {"ec2:CreateAction": "RunInstances"}),
    Case("LaunchHostRole", "ec2:CreateTags", INSTANCE, allowed=False),
    Case("LaunchHostRole", "iam:PassRole", BUILDER, {"iam:PassedToService": "ec2.amazonaws.com"}),
    Case("LaunchHostRole", "iam:PassRole", BUILDER, {"iam:PassedToService": "lambda.amazonaws.com"}, allowed=False),
    *with_key("LaunchHostRole"),
    Case("SendCommandRole", "ssm:SendCommand", DOCUMENT),
    Case("SendCommandRole", "ssm:SendCommand", INSTANCE, {"ssm:resourceTag/goldsmith:run": "goldsmith-build-1"}),
    Case("SendCommandRole", "ssm:SendCommand", INSTANCE, allowed=False),
    Case("Builder", "ssm:UpdateInstanceInformation", "*"),
    *of_a_run("BuildRole", "ec2:StopInstances"),
    *of_a_run("TerminateHostRole", "ec2:TerminateInstances"),
)

BUILT: Final = (
    *of_a_run("CreateImageRole", "ec2:CreateImage"),
    Case("CreateImageRole", "ec2:CreateImage", IMAGE),
    Case("CreateImageRole", "ec2:CreateImage", SNAPSHOT),
    Case("CreateImageRole", "ec2:CreateTags", IMAGE, {"ec2:CreateAction": "CreateImage", **written(stage="candidate")}),
    Case(
        "CreateImageRole", "ec2:CreateTags", SNAPSHOT, {"ec2:CreateAction": "CreateImage", **written(stage="candidate")}
    ),
    Case("CreateImageRole", "ec2:CreateTags", IMAGE, {**at("candidate"), **written("goldsmith:image")}),
    Case("CreateImageRole", "ec2:CreateTags", IMAGE, {**at("released"), **written("goldsmith:image")}, allowed=False),
    Case("FinishImageRole", "ec2:CreateTags", IMAGE, {**at("candidate"), **written(stage="candidate")}),
    Case("FinishImageRole", "ec2:CreateTags", SNAPSHOT, {**at("failed"), **written(stage="candidate")}),
    Case("FinishImageRole", "ec2:CreateTags", IMAGE, {**at("released"), **written(stage="candidate")}, allowed=False),
    # The documented form of EC2's key for an attribute that has a value: ec2:Attribute/<name>.
    Case(
        "FinishImageRole", "ec2:ModifyImageAttribute", IMAGE, {**at("candidate"), "ec2:Attribute/ImdsSupport": "v2.0"}
    ),
    Case("FinishImageRole", "ec2:ModifyImageAttribute", IMAGE, at("candidate"), allowed=False),
    *staged("FinishImageRole", "ec2:EnableImageDeregistrationProtection", IMAGE, "candidate", never="released"),
    Case("ApplyAdoptRole", "ec2:CreateTags", IMAGE, written(stage="candidate")),
    Case("ApplyAdoptRole", "ec2:CreateTags", SNAPSHOT, written(stage="candidate")),
    Case("ApplyAdoptRole", "ec2:CreateTags", IMAGE, {**at("released"), **written(stage="candidate")}, allowed=False),
    *moves("ApplyVerifyRole", "candidate", "verified", never="released"),
    Case("StartScanRole", "inspector2:StartOnDemandScan", "*"),
    Case("StartScanRole", "iam:CreateServiceLinkedRole", INSPECTOR, {"iam:AWSServiceName": "inspector2.amazonaws.com"}),
    Case(
        "StartScanRole",
        "iam:CreateServiceLinkedRole",
        INSPECTOR,
        {"iam:AWSServiceName": "ecs.amazonaws.com"},
        allowed=False,
    ),
)

DISTRIBUTED: Final = (
    Case("CopyImageRole", "ec2:CopyImage", IMAGE),
    Case("CopyImageRole", "ec2:CopyImage", SNAPSHOT),
    Case("CopyImageRole", "ec2:CreateTags", IMAGE, {"ec2:CreateAction": "CopyImage", **written(stage="verified")}),
    Case("CopyImageRole", "ec2:CreateTags", SNAPSHOT, {"ec2:CreateAction": "CopyImage", **written(stage="verified")}),
    Case("CopyImageRole", "ec2:CreateTags", IMAGE, {**at("verified"), **written("goldsmith:image")}),
    *moves("CopyImageRole", "verified", "failed", never="released"),
    *with_key("CopyImageRole"),
    Case("FinishCopyRole", "ec2:CreateTags", IMAGE, {**at("verified"), **written("goldsmith:image")}),
    Case("FinishCopyRole", "ec2:CreateTags", SNAPSHOT, {**at("released"), **written("goldsmith:image")}),
    # EC2 gives no ec2:Attribute for LaunchPermission, which is a complex object.
    *staged("FinishCopyRole", "ec2:ModifyImageAttribute", IMAGE, "verified", never="disabled"),
    *staged("FinishCopyRole", "ec2:EnableImageDeprecation", IMAGE, "verified", never="disabled"),
    *staged("FinishCopyRole", "ec2:EnableImageDeregistrationProtection", IMAGE, "verified", never="disabled"),
    *moves("ApplyDistributeRole", "verified", "distributed", never="candidate"),
    Case("SetPointerRole", "ssm:PutParameter", PARAMETER),
    Case("SetPointerRole", "ssm:PutParameter", "arn:{partition}:ssm:{region}:{account}:parameter/other", allowed=False),
    *moves("ApplyPromoteRole", "distributed", "released", never="candidate"),
)

RETIRED: Final = (
    *moves("Retirer", "released", "superseded", never="candidate"),
    *moves("Retirer", "superseded", "deprecated", never="released"),
    *moves("Retirer", "deprecated", "disabled", never="released"),
    *staged("Retirer", "ec2:EnableImageDeprecation", IMAGE, "superseded", never="candidate"),
    *staged("Retirer", "ec2:CreateImageUsageReport", IMAGE, "deprecated", never="released"),
    Case("Retirer", "ec2:CreateImageUsageReport", REPORT),
    *staged("Retirer", "ec2:DisableImage", IMAGE, "deprecated", never="released"),
    *staged("Retirer", "ec2:DisableImageDeregistrationProtection", IMAGE, "deprecated", never="released"),
    *staged("Retirer", "ec2:DeregisterImage", IMAGE, "disabled", never="deprecated"),
    Case("Retirer", "ec2:DeregisterImage", IMAGE, allowed=False),  # without our tags
    *staged("Retirer", "ec2:DeleteSnapshot", SNAPSHOT, "disabled", never="deprecated"),
    Case("Retirer", "ec2:DeleteSnapshot", SNAPSHOT, allowed=False),
    Case("Retirer", "ec2:DeleteLaunchTemplateVersions", TEMPLATE, {"aws:ResourceTag/goldsmith:family": "webapp"}),
    Case("Retirer", "ec2:DeleteLaunchTemplateVersions", TEMPLATE, allowed=False),
    *staged("Restorer", "ec2:RestoreImageFromRecycleBin", IMAGE, "disabled", never="released"),
    *staged("Restorer", "ec2:RestoreSnapshotFromRecycleBin", SNAPSHOT, "disabled", never="released"),
    *staged("Restorer", "ec2:EnableImage", IMAGE, "disabled", never="released"),
    *staged("Restorer", "ec2:EnableImageDeprecation", IMAGE, "disabled", never="released"),
    *staged("Restorer", "ec2:EnableImageDeregistrationProtection", IMAGE, "disabled", never="released"),
    *staged("Restorer", "ec2:ModifyImageAttribute", IMAGE, "disabled", never="released"),
    Case(
        "Restorer",
        "ec2:CreateTags",
        IMAGE,
        {**at("disabled"), **written(STAGE, "goldsmith:snooze", stage="deprecated")},
    ),
    Case(
        "Restorer", "ec2:CreateTags", SNAPSHOT, {**at("released"), **written(STAGE, stage="deprecated")}, allowed=False
    ),
    Case("Restorer", "ec2:CreateTags", IMAGE, {**at("released"), **written("goldsmith:hold")}, allowed=False),
    Case("Holder", "ec2:CreateTags", IMAGE, {**at("released"), **written("goldsmith:hold")}),
    Case("Holder", "ec2:DeleteTags", IMAGE, {**at("released"), **written("goldsmith:hold")}),
    Case("Holder", "ec2:DeleteTags", IMAGE, {**at("released"), **written("goldsmith:family")}, allowed=False),
    Case("Holder", "ec2:DeleteTags", IMAGE, at("released"), allowed=False),  # names no tag: EC2 deletes them all
)

CASES: Final = (*SHARED, *HOSTS, *BUILT, *DISTRIBUTED, *RETIRED)
