"""EventBridge and what feeds it: service events, buses, rules, schedules, CloudTrail, alarms."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "alarms",
    "buses",
    "cloudtrail",
    "rule_targets",
    "s3_events",
    "schedules",
)
