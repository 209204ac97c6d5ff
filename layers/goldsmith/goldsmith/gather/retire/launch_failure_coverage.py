"""Would a launch that fails in a place be heard of?  Where it would not, silence proves nothing."""

from collections.abc import Callable
from typing import Any, Final

from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.reading import UNREADABLE, explain

RULES: Final = ("LaunchFailed", "LaunchRefused")  # of region.yaml
ACTIONS: Final = (
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "events:DescribeRule",
    "events:ListRuleNamesByTarget",
)
EC2: Final = "ec2.amazonaws.com"


def uncovered(reader: RegionReader, bus: str, trails: Callable[[str], Any]) -> tuple[str, ...]:
    """Why it would not; nothing if it would.

    `bus` is the ARN of Goldsmith's, `trails` makes CloudTrail's client in a region of this account.
    """
    try:
        return (*_without_rules(reader.client("events"), bus), *_without_trail(reader, trails))
    except UNREADABLE as error:
        return (explain(error, ACTIONS),)


def _without_rules(events: Any, bus: str) -> list[str]:
    pages = events.get_paginator("list_rule_names_by_target").paginate(TargetArn=bus)
    names = [name for page in pages for name in page["RuleNames"]]
    enabled = [name for name in names if events.describe_rule(Name=name)["State"].startswith("ENABLED")]
    missing = [rule for rule in RULES if not any(rule in name for name in enabled)]
    return [f"no rule {rule} forwards failed launches to {bus}: deploy region.yaml there" for rule in missing]


def _without_trail(reader: RegionReader, trails: Callable[[str], Any]) -> list[str]:
    here = trails(reader.region)
    found = here.describe_trails(includeShadowTrails=True)["trailList"]
    logging = [each for each in found if here.get_trail_status(Name=each["TrailARN"])["IsLogging"]]
    if any(_takes_launches(reader, each, trails) for each in logging):
        return []
    narrow = ", ".join(each["TrailARN"] for each in logging)
    left_out = f": the event selectors of {narrow} may leave launches out" if narrow else ""
    return [f"no CloudTrail trail records there, so that a refused launch is not told{left_out}"]


def _takes_launches(reader: RegionReader, trail: dict[str, Any], trails: Callable[[str], Any]) -> bool:
    """Whether RunInstances and CreateFleet are among what it records.

    Only its own account may read the selectors of an organization's trail, and only in the region where it was made.
    """
    if not trail.get("HasCustomEventSelectors", True) or trail["TrailARN"].split(":")[4] != reader.account:
        return True
    answer = trails(trail["HomeRegion"]).get_event_selectors(TrailName=trail["TrailARN"])
    basic, advanced = answer.get("EventSelectors") or [], answer.get("AdvancedEventSelectors") or []
    return any(each["IncludeManagementEvents"] and each["ReadWriteType"] != "ReadOnly" for each in basic) or any(
        all(_matches(field) for field in each["FieldSelectors"]) for each in advanced
    )


def _matches(field: dict[str, Any]) -> bool:
    """Whether a field of an advanced selector surely takes every launch."""
    asked = {key: value for key, value in field.items() if key != "Field" and value}
    match field["Field"]:
        case "eventCategory":
            return asked == {"Equals": ["Management"]}
        case "readOnly":
            return asked == {"Equals": ["false"]}
        case "eventSource":
            return asked.keys() == {"NotEquals"} and EC2 not in asked["NotEquals"]
    return False
