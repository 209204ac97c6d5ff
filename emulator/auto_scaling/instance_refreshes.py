"""DescribeInstanceRefreshes: there are none, for neither emulator can start one."""

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from emulator.gateway.patching import patch


def _describe(response: Any) -> Any:
    name = response._get_param("AutoScalingGroupName")
    if name not in response.autoscaling_backend.autoscaling_groups:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    return ActionResult({"InstanceRefreshes": []})


@patch("moto does not know instance refreshes")
def instance_refreshes() -> None:
    AutoScalingResponse.describe_instance_refreshes = _describe
