"""An Auto Scaling group that cannot launch: it stays as it is, and says so by an event and in its activities."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError

from emulator.events.service_events import emit
from emulator.gateway.patching import patch, replace
from emulator.snapshots import keys

DETAIL_TYPE: Final = "EC2 Instance Launch Unsuccessful"
CAUSE: Final = "At {} an instance was started in response to a difference between desired and actual capacity."
# Auto Scaling guide, "Troubleshoot Amazon EC2 Auto Scaling: EC2 instance launch failures".
ENDED: Final = "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: {}"
Launch = Callable[[Any, int, dict[str, str]], None]


@patch("a group whose image cannot be launched refuses the request that made it grow, and no event is sent")
def autoscaling_launch_failures() -> None:
    def telling(launch: Launch) -> Launch:
        def replace_autoscaling_group_instances(group: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
            try:
                launch(group, count_needed, propagated_tags)
            except EC2ClientError as error:
                _tell(group, f"{error.message}. Launching EC2 instance failed.", "")

        return replace_autoscaling_group_instances

    replace(FakeAutoScalingGroup, "replace_autoscaling_group_instances", telling)


@patch("a group launches encrypted volumes although its service-linked role may not use their key")
def autoscaling_launch_keys() -> None:
    def checking(launch: Launch) -> Launch:
        def replace_autoscaling_group_instances(group: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
            before = [*group.instance_states]
            launch(group, count_needed, propagated_tags)
            for state in [each for each in group.instance_states if each not in before]:
                why = keys.why_not(group.ec2_backend, state.instance, group.service_linked_role_arn)
                if why:
                    keys.end(state.instance, why)
                    group.instance_states.remove(state)
                    _tell(group, ENDED.format(why), state.instance.id)
                else:
                    _note(group, state.instance.id, "Successful", "")

        return replace_autoscaling_group_instances

    replace(FakeAutoScalingGroup, "replace_autoscaling_group_instances", checking)


@patch("moto has no scaling activities")
def scaling_activities() -> None:
    """Launches only: how instances go is not among them."""

    def describe(response: Any) -> Any:
        name, ids = response._get_param("AutoScalingGroupName"), response._get_param("ActivityIds") or []
        groups = response.autoscaling_backend.autoscaling_groups
        found = [each for group in groups.values() if name in {None, group.name} for each in _activities(group)]
        return ActionResult({"Activities": [each for each in found if not ids or each["ActivityId"] in ids]})

    AutoScalingResponse.describe_scaling_activities = describe


def _activities(group: Any) -> list[dict[str, Any]]:
    """The latest first, as AWS has them."""
    activities: list[dict[str, Any]] = group.__dict__.setdefault("activities", [])
    return activities


def _note(group: Any, instance: str, status: str, message: str) -> str:
    """Write a launch among the group's activities; its cause."""
    now = datetime.now(UTC)
    cause = CAUSE.format(f"{now:%Y-%m-%dT%H:%M:%SZ}")
    what = f"Launching a new EC2 instance: {instance}" if instance else "Launching a new EC2 instance."
    activity: dict[str, Any] = {
        "ActivityId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": f"{what}. Status Reason: {message}" if message else what,
        "Cause": cause,
        "StartTime": now,
        "EndTime": now,
        "StatusCode": status,
        "Progress": 100,
        "Details": "{}",
    }
    _activities(group).insert(0, activity | ({"StatusMessage": message} if message else {}))
    return cause


def _tell(group: Any, message: str, instance: str) -> None:
    cause = _note(group, instance, "Failed", message)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    detail = {
        "StatusCode": "Failed",
        "AutoScalingGroupName": group.name,
        "StatusMessage": message,
        "StartTime": now,
        "EndTime": now,
        "EC2InstanceId": instance,
        "Cause": cause,
        "Origin": "EC2",
        "Destination": "AutoScalingGroup",
    }
    emit(group.account_id, group.region, "aws.autoscaling", DETAIL_TYPE, detail, [group.arn])
