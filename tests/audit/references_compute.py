"""Uses in EC2 and Auto Scaling."""

from tests.audit.cloud import CONSUMER, Cloud
from tests.audit.references import (
    EC2,
    case,
    configuration,
    group,
    hidden,
    instance,
    mixed,
    parameter,
    template,
)


@case("a running instance", "instance")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeInstances", instance(image))


@case("a stopped instance", "instance")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeInstances", instance(image, "stopped"))


@case("an instance behind an empty page", "instance")
def _(cloud: Cloud, image: str) -> None:
    for number in range(7):
        cloud.add("DescribeInstances", instance(f"ami-0000000{number}", "terminated"))
    cloud.add("DescribeInstances", instance(image))


@case("a launch template that nothing uses", "launch template")
def _(cloud: Cloud, image: str) -> None:
    template(cloud, "unused", image)


@case("the last of 1,001 launch templates", "launch template")
def _(cloud: Cloud, image: str) -> None:
    for number in range(1_000):
        template(cloud, f"one-of-many-{number}", "")
    template(cloud, "the-last", image)


@case("only version 1 of 40", "launch template")
def _(cloud: Cloud, image: str) -> None:
    template(cloud, "forty", image, *[""] * 39)


@case("resolve:ssm by name", "launch template")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/golden/now", image)
    template(cloud, "by-name", "resolve:ssm:/golden/now")


@case("resolve:ssm by version", "launch template")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/golden/old", image, ":3")
    template(cloud, "by-version", "resolve:ssm:/golden/old:3")


@case("resolve:ssm by label", "launch template")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "golden", image, ":prod")
    template(cloud, "by-label", "resolve:ssm:golden:prod")


@case("resolve:ssm of another account", "launch template")
def _(cloud: Cloud, image: str) -> None:
    arn = f"arn:aws:ssm:us-east-1:{CONSUMER}:parameter/golden"
    parameter(cloud, "golden", image, ":7", arn=arn)
    template(cloud, "by-arn", f"resolve:ssm:{arn}:7")


@case("a group at desired capacity 0", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeAutoScalingGroups", group("sleeping", LaunchTemplate=hidden(cloud, "sleeping", image)))


@case("a group on $Latest", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    template(cloud, "newest", "", image)
    latest = {"LaunchTemplateName": "newest", "Version": "$Latest"}
    cloud.add("DescribeAutoScalingGroups", group("on-latest", LaunchTemplate=latest))


@case("the launch template of a mixed group", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    policy = mixed(LaunchTemplateSpecification=hidden(cloud, "mixed", image))
    cloud.add("DescribeAutoScalingGroups", group("mixed", **policy))


@case("an override's own launch template", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    own = {"LaunchTemplateSpecification": hidden(cloud, "override", image)}
    base = hidden(cloud, "override-base", "ami-00000000")
    cloud.add("DescribeAutoScalingGroups", group("own", **mixed(LaunchTemplateSpecification=base, Overrides=[own])))


@case("an override's own image", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeAutoScalingGroups", group("image", **mixed(Overrides=[{"ImageId": image}])))


@case("an instance whose root volume a group replaced", "Auto Scaling group")
def _(cloud: Cloud, image: str) -> None:
    one = {
        "InstanceId": "i-1", "AvailabilityZone": "us-east-1a", "LifecycleState": "InService", "HealthStatus": "Healthy",
        "ProtectedFromScaleIn": False, "ImageId": image,
    }  # fmt: skip
    cloud.add("DescribeAutoScalingGroups", group("replaced", Instances=[one]))


@case("a launch configuration of a group", "launch configuration")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeLaunchConfigurations", configuration("attached", image))
    cloud.add("DescribeAutoScalingGroups", group("with-configuration", LaunchConfigurationName="attached"))


@case("an unattached launch configuration", "launch configuration")
def _(cloud: Cloud, image: str) -> None:
    cloud.add("DescribeLaunchConfigurations", configuration("unattached", image))


@case("an EC2 Fleet's launch template", "EC2 Fleet")
def _(cloud: Cloud, image: str) -> None:
    config = {"LaunchTemplateSpecification": hidden(cloud, "fleet", image)}
    cloud.add("DescribeFleets", {"FleetId": "fleet-1", "FleetState": "active", "LaunchTemplateConfigs": [config]})


@case("an EC2 Fleet's override with an alias", "EC2 Fleet")
def _(cloud: Cloud, image: str) -> None:
    parameter(cloud, "/golden/fleet", image, ":2")
    config = {"Overrides": [{"ImageId": "resolve:ssm:/golden/fleet:2"}]}
    cloud.add("DescribeFleets", {"FleetId": "fleet-2", "FleetState": "modifying", "LaunchTemplateConfigs": [config]})


@case("a Spot Fleet's launch specification", "Spot Fleet")
def _(cloud: Cloud, image: str) -> None:
    _spot_fleet(cloud, "sfr-1", LaunchSpecifications=[{"ImageId": image}])


@case("a Spot Fleet's launch template", "Spot Fleet")
def _(cloud: Cloud, image: str) -> None:
    config = {"LaunchTemplateSpecification": hidden(cloud, "spot-fleet", image)}
    _spot_fleet(cloud, "sfr-2", LaunchTemplateConfigs=[config])


def _spot_fleet(cloud: Cloud, name: str, **more: object) -> None:
    asked = {"IamFleetRole": "role", "TargetCapacity": 0, **more}
    request = {"SpotFleetRequestId": name, "SpotFleetRequestState": "active", "SpotFleetRequestConfig": asked}
    cloud.add("DescribeSpotFleetRequests", request)


@case("a persistent Spot request", "Spot request")
def _(cloud: Cloud, image: str) -> None:
    specification = {"SpotInstanceRequestId": "sir-1", "State": "disabled", "LaunchSpecification": {"ImageId": image}}
    cloud.add("DescribeSpotInstanceRequests", specification)


@case("what EC2 alone knows", "ec2:Instance")
def _(cloud: Cloud, image: str) -> None:
    arn = f"{EC2}:instance/i-0"
    cloud.add("DescribeImageReferences", {"ImageId": image, "ResourceType": "ec2:Instance", "Arn": arn})
