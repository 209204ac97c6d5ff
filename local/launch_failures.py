"""An Auto Scaling group that cannot launch: it stays as it is, and says so."""

from datetime import UTC, datetime
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.ec2.exceptions import EC2ClientError

from local.events import emit
from local.patching import patch, replace

DETAIL_TYPE = "EC2 Instance Launch Unsuccessful"


@patch("a group whose image cannot be launched refuses the request that made it grow, and no event is sent")
def autoscaling_launch_failures() -> None:
    def telling(launch: Any) -> Any:
        def replace_autoscaling_group_instances(group: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
            try:
                launch(group, count_needed, propagated_tags)
            except EC2ClientError as error:
                _tell(group, str(error.message))

        return replace_autoscaling_group_instances

    replace(FakeAutoScalingGroup, "replace_autoscaling_group_instances", telling)


def _tell(group: Any, message: str) -> None:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    detail = {
        "StatusCode": "Failed",
        "AutoScalingGroupName": group.name,
        "StatusMessage": f"{message}. Launching EC2 instance failed.",
        "StartTime": now,
        "EndTime": now,
        "EC2InstanceId": "",
        "Cause": f"At {now} an instance was started in response to a difference between desired and actual capacity.",
        "Origin": "EC2",
        "Destination": "AutoScalingGroup",
    }
    emit(group.account_id, group.region, "aws.autoscaling", DETAIL_TYPE, detail, [group.arn])
