"""Auto Scaling groups, at whatever capacity, and launch configurations, attached or not."""

from collections.abc import Iterator
from typing import Any

from goldsmith.gather.usage.reader import Found, Mention, RegionReader, Through, named, through
from goldsmith.values.usage import Use

KIND = "Auto Scaling group"
UNDER_WAY = frozenset({"Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"})


def groups(reader: RegionReader) -> Iterator[Found]:
    for group in reader.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", MaxRecords=100):
        yield from launches(group)
        arn = group["AutoScalingGroupARN"]
        for instance in group.get("Instances", []):
            use = Use(kind=KIND, arn=arn, how=f"instance {instance['InstanceId']}")
            yield from named([instance.get("ImageId")], use)
            yield from through(instance.get("LaunchTemplate"), use)


def launches(group: dict[str, Any]) -> Iterator[Mention | Through]:
    """What a group launches from next, but for its launch configuration, of which it tells the name alone."""
    arn = group["AutoScalingGroupARN"]
    yield from through(group.get("LaunchTemplate"), Use(kind=KIND, arn=arn, how="launch template"))
    if policy := group.get("MixedInstancesPolicy"):
        yield from _mixed(policy["LaunchTemplate"], arn)


def _mixed(template: dict[str, Any], arn: str) -> Iterator[Mention | Through]:
    yield from through(
        template.get("LaunchTemplateSpecification"), Use(kind=KIND, arn=arn, how="mixed instances: launch template")
    )
    for number, override in enumerate(template.get("Overrides", []), 1):
        use = Use(kind=KIND, arn=arn, how=f"mixed instances: override {number}")
        yield from named([override.get("ImageId")], use)
        yield from through(override.get("LaunchTemplateSpecification"), use)


def refreshes(reader: RegionReader) -> Iterator[Mention | Through]:
    """What refreshes under way launch from: their group tells of it only once they have ended well."""
    for group in reader.pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", MaxRecords=100):
        asked = {"AutoScalingGroupName": group["AutoScalingGroupName"], "MaxRecords": 100}
        while True:
            answer = reader.client("autoscaling").describe_instance_refreshes(**asked)
            for refresh in answer["InstanceRefreshes"]:
                if refresh["Status"] in UNDER_WAY:
                    wanted = refresh.get("DesiredConfiguration", {})
                    yield from launches(wanted | {"AutoScalingGroupARN": group["AutoScalingGroupARN"]})
            if not answer.get("NextToken"):
                break
            asked["NextToken"] = answer["NextToken"]


def launch_configurations(reader: RegionReader, *names: str) -> Iterator[Mention]:
    """Those that are named, or all if none is.

    A group names its launch configuration, so what the configuration names keeps the image for the group too.
    """
    asked = {"LaunchConfigurationNames": list(names)} if names else {"MaxRecords": 100}
    for each in reader.pages("autoscaling", "describe_launch_configurations", "LaunchConfigurations", **asked):
        arn = each["LaunchConfigurationARN"]
        yield Mention(each["ImageId"], Use(kind="launch configuration", arn=arn, how=each["LaunchConfigurationName"]))
