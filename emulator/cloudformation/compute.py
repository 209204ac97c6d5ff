"""CloudFormation's launch templates and Auto Scaling groups, made where our EC2 and Auto Scaling live."""

from typing import Any, Final

from emulator.cloudformation.resources import Made, Properties, call, changed, name_of, only, provide
from emulator.gateway.patching import patch

GROUP: Final = (
    "AvailabilityZones", "CapacityRebalance", "Context", "DefaultInstanceWarmup", "DesiredCapacityType",
    "HealthCheckGracePeriod", "HealthCheckType", "LaunchTemplate", "MaxInstanceLifetime", "MaxSize", "MinSize",
    "MixedInstancesPolicy", "NewInstancesProtectedFromScaleIn", "PlacementGroup", "ServiceLinkedRoleARN",
    "TerminationPolicies",
)  # fmt: skip
CREATE_ONLY: Final = ("LoadBalancerNames", "TargetGroupARNs", "TrafficSources")


@patch("ministack makes AWS::EC2::LaunchTemplate in an EC2 of its own, where no instance is ever launched from it")
def cfn_launch_template() -> None:
    fixed = ("LaunchTemplateName", "TagSpecifications")
    provide("AWS::EC2::LaunchTemplate", _create_template, _add_version, _delete_template, fixed=fixed)


def _create_template(logical: str, properties: Properties, stack: str) -> Made:
    made = call(
        "ec2", "CreateLaunchTemplate", LaunchTemplateName=name_of(properties, "LaunchTemplateName", stack, logical),
        LaunchTemplateData=properties["LaunchTemplateData"],
        **only(properties, "VersionDescription", "TagSpecifications"),
    )["LaunchTemplate"]  # fmt: skip
    return _made(made)


def _add_version(physical: str, new: Properties, _: Properties) -> Made:
    """A change adds a version and leaves the default where it is, as AWS does."""
    call(
        "ec2", "CreateLaunchTemplateVersion", LaunchTemplateId=physical,
        LaunchTemplateData=new["LaunchTemplateData"], **only(new, "VersionDescription"),
    )  # fmt: skip
    return _made(call("ec2", "DescribeLaunchTemplates", LaunchTemplateIds=[physical])["LaunchTemplates"][0])


def _delete_template(physical: str, _: Properties) -> None:
    call("ec2", "DeleteLaunchTemplate", LaunchTemplateId=physical)


def _made(template: dict[str, Any]) -> Made:
    texts = ("LaunchTemplateId", "LaunchTemplateName", "DefaultVersionNumber", "LatestVersionNumber")
    return template["LaunchTemplateId"], {key: str(template[key]) for key in texts}


@patch("ministack makes AWS::AutoScaling::AutoScalingGroup in an Auto Scaling of its own, with instances EC2 lacks")
def cfn_auto_scaling_group() -> None:
    fixed = ("AutoScalingGroupName", "InstanceId", "LaunchConfigurationName")
    provide("AWS::AutoScaling::AutoScalingGroup", _create_group, _update_group, _delete_group, fixed=fixed)


def _create_group(logical: str, properties: Properties, stack: str) -> Made:
    name = name_of(properties, "AutoScalingGroupName", stack, logical, 255)
    request = _group(properties) | only(properties, *CREATE_ONLY) | {"Tags": _tags(name, properties)}
    call("autoscaling", "CreateAutoScalingGroup", AutoScalingGroupName=name, **request)
    return name, _group_attributes(name)


def _update_group(physical: str, new: Properties, old: Properties) -> Made:
    for key in CREATE_ONLY:
        if changed(key, new, old):
            raise ValueError(f"not modelled by the embedded AWS: an update of AWS::AutoScaling::AutoScalingGroup {key}")
    call("autoscaling", "UpdateAutoScalingGroup", AutoScalingGroupName=physical, **_group(new))
    kept = {tag["Key"] for tag in new.get("Tags", [])}
    if gone := [tag for tag in _tags(physical, old) if tag["Key"] not in kept]:
        call("autoscaling", "DeleteTags", Tags=gone)
    if tags := _tags(physical, new):
        call("autoscaling", "CreateOrUpdateTags", Tags=tags)
    return physical, _group_attributes(physical)


def _delete_group(physical: str, _: Properties) -> None:
    call("autoscaling", "DeleteAutoScalingGroup", AutoScalingGroupName=physical, ForceDelete=True)


def _group(properties: Properties) -> dict[str, Any]:
    """CloudFormation has a list of subnets and a `Cooldown` where the API has a text and a `DefaultCooldown`."""
    request = only(properties, *GROUP, "DesiredCapacity")
    if subnets := properties.get("VPCZoneIdentifier"):
        request["VPCZoneIdentifier"] = ",".join(subnets) if isinstance(subnets, list) else subnets
    if "Cooldown" in properties:
        request["DefaultCooldown"] = properties["Cooldown"]
    return request


def _tags(name: str, properties: Properties) -> list[dict[str, Any]]:
    belongs = {"ResourceId": name, "ResourceType": "auto-scaling-group"}
    return [{**tag, **belongs} for tag in properties.get("Tags", [])]


def _group_attributes(name: str) -> dict[str, str]:
    found = call("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
    return {"AutoScalingGroupARN": found["AutoScalingGroupARN"]}
