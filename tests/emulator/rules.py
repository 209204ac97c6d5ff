"""Rules and events of a test's own account."""

import json
from typing import Any

from tests.embedded import Account

EVENTS = "events.amazonaws.com"


def bus(account: Account, region: str = "us-east-1", name: str = "default") -> str:
    return f"arn:aws:events:{region}:{account.id}:event-bus/{name}"


def rule(
    account: Account,
    target: str,
    region: str = "us-east-1",
    on: str = "default",
    source: str = "goldsmith",
    **more: Any,
) -> str:
    """The ARN of a new rule on a bus, with one target, for the events of one source."""
    events, pattern = account.client("events", region), json.dumps({"source": [source]})
    arn: str = events.put_rule(Name="r", EventPattern=pattern, EventBusName=on)["RuleArn"]
    events.put_targets(Rule="r", EventBusName=on, Targets=[{"Id": "t", "Arn": target} | more])
    return arn


def put(account: Account, region: str = "us-east-1", on: str = "default", **detail: Any) -> str:
    """The id of a new event."""
    entry = {"Source": "goldsmith", "DetailType": "Image Built", "Detail": json.dumps(detail), "EventBusName": on}
    answer = account.client("events", region).put_events(Entries=[entry])
    event_id: str = answer["Entries"][0]["EventId"]
    return event_id
