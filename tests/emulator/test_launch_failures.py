"""A group that cannot launch says so by an event, as Auto Scaling does."""

import json

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.amis import seed
from tests.emulator.queues import queue


@pytest.mark.contract("autoscaling_launch_failures")
def test_a_group_that_cannot_launch_says_so(embedded: Embedded, account: Account):
    ears, events, ec2 = queue(account, "failed", "events"), account.client("events"), account.client("ec2")
    events.put_rule(Name="failed", EventPattern=json.dumps({"source": ["aws.autoscaling"]}))
    events.put_targets(Rule="failed", Targets=[{"Id": "1", "Arn": ears.arn}])
    image, scaling = seed(embedded, account), account.client("autoscaling")
    ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"}
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=2, DesiredCapacity=0,
        LaunchTemplate={"LaunchTemplateName": "web"}, AvailabilityZones=["us-east-1a"],
    )  # fmt: skip
    ec2.disable_image(ImageId=image)

    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)

    event = ears.one()
    (group,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"]
    assert event["detail-type"] == "EC2 Instance Launch Unsuccessful"
    assert (event["resources"], group["Instances"]) == ([group["AutoScalingGroupARN"]], [])
    assert event["detail"]["AutoScalingGroupName"] == "web"
    assert image in event["detail"]["StatusMessage"]
