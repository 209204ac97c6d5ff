"""The schedule on which a family is rebuilt: EventBridge Scheduler puts `Build Requested` on the bus."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.recipe.document import Recipe
from goldsmith.vocabulary import EventType


@dataclass(frozen=True)
class Schedules:
    """`group` holds one schedule per family, named after it; `role` may put events on `bus` and nothing else."""

    scheduler: Any
    group: str
    bus: str
    role: str
    dead_letters: str

    def set(self, recipe: Recipe) -> None:
        """The family has the schedule that its recipe says, or none."""
        if recipe.schedule is None:
            self._remove(recipe.family)
            return
        wanted = {
            "Name": recipe.family,
            "GroupName": self.group,
            "Description": f"Rebuilds {recipe.family} when patches are released.",
            "ScheduleExpression": recipe.schedule.expression,
            "ScheduleExpressionTimezone": recipe.schedule.time_zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": self.bus,
                "RoleArn": self.role,
                "EventBridgeParameters": {"DetailType": EventType.BUILD_REQUESTED.value, "Source": "goldsmith"},
                "Input": json.dumps({"family": recipe.family, "by": "schedule"}),
                "DeadLetterConfig": {"Arn": self.dead_letters},
            },
        }
        try:
            self.scheduler.update_schedule(**wanted)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            self.scheduler.create_schedule(**wanted)

    def _remove(self, family: str) -> None:
        try:
            self.scheduler.delete_schedule(Name=family, GroupName=self.group)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
