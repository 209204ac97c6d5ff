"""Would a launch that fails in a place be heard of?  Where it would not, silence proves nothing."""

from typing import Any, Final

from goldsmith.gather.usage.place import Place
from goldsmith.gather.usage.reading import UNREADABLE, explain

RULES: Final = ("LaunchFailed", "LaunchRefused")  # of region.yaml
ACTIONS: Final = (
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetTrailStatus",
    "events:DescribeRule",
    "events:ListRuleNamesByTarget",
)


def deaf(place: Place, bus: str) -> tuple[str, ...]:
    """Why it would not; nothing if it would.  `bus` is the ARN of Goldsmith's."""
    try:
        return (*_without_rules(place.client("events"), bus), *_without_trail(place.client("cloudtrail")))
    except UNREADABLE as error:
        return (explain(error, ACTIONS),)


def _without_rules(events: Any, bus: str) -> list[str]:
    pages = events.get_paginator("list_rule_names_by_target").paginate(TargetArn=bus)
    names = [name for page in pages for name in page["RuleNames"]]
    enabled = [name for name in names if events.describe_rule(Name=name)["State"].startswith("ENABLED")]
    missing = [rule for rule in RULES if not any(rule in name for name in enabled)]
    return [f"no rule {rule} forwards failed launches to {bus}: deploy region.yaml there" for rule in missing]


def _without_trail(cloudtrail: Any) -> list[str]:
    trails = cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]
    logging = [each for each in trails if cloudtrail.get_trail_status(Name=each["TrailARN"])["IsLogging"]]
    return [] if logging else ["no CloudTrail trail records there, so that a refused launch is not told"]
