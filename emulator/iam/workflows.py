"""Which resources and condition keys AWS evaluates for workflows, functions, events and schedules."""

from collections.abc import Sequence
from typing import Any, Final

from ministack.core import iam_actions as actions

from emulator.gateway.patching import patch, replace
from emulator.iam.request import Call, Check, pass_role, resources_of

NAMES_NEW_STATE_MACHINE: Final = frozenset({"CreateStateMachine", "CreateActivity"})
ARN_MEMBERS: Final = (
    "stateMachineArn",
    "executionArn",
    "mapRunArn",
    "activityArn",
    "resourceArn",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
)
BUS_ACTIONS: Final = frozenset({"CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus"})
ARCHIVE_ACTIONS: Final = frozenset(
    {
        "CancelReplay",
        "CreateArchive",
        "DeleteArchive",
        "DescribeArchive",
        "DescribeReplay",
        "StartReplay",
        "UpdateArchive",
    }
)
RULE_ACTIONS: Final = frozenset(
    {
        "DeleteRule",
        "DescribeRule",
        "DisableRule",
        "EnableRule",
        "ListTargetsByRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
    }
)


@resources_of("states")
def states_resources(call: Call) -> Sequence[Check]:
    """A version or alias is no resource of its own: it is the key `states:StateMachineQualifier`."""
    named = next((arn for member in ARN_MEMBERS if (arn := call.text(member))), "")
    if call.operation in NAMES_NEW_STATE_MACHINE:
        kind = "activity" if call.operation == "CreateActivity" else "stateMachine"
        named = call.arn(f"{kind}:{call.text('name')}")
    if call.operation == "CreateStateMachineAlias":
        named = next(
            (route.get("stateMachineVersionArn", "") for route in call.json.get("routingConfiguration", [])), ""
        )
    keys: dict[str, Any] = {}
    parts = named.split(":")
    if parts[5:6] == ["stateMachine"] and len(parts) > 7:  # noqa: PLR2004 - arn:aws:states:R:A:stateMachine:NAME:QUALIFIER
        named, keys = ":".join(parts[:7]), {"states:StateMachineQualifier": parts[7]}
    return [Check(call.action, named or "*", keys), *pass_role(call.text("roleArn"), "states.amazonaws.com")]


@resources_of("events")
def events_resources(call: Call) -> Sequence[Check]:
    if call.operation == "PutEvents":
        return [_event(call, entry) for entry in call.json.get("Entries", []) if isinstance(entry, dict)]
    if call.operation in BUS_ACTIONS:
        return [call.check(call.arn(f"event-bus/{call.text('Name').rpartition('/')[2] or 'default'}"))]
    if call.operation in RULE_ACTIONS:
        return _rule(call)
    if call.operation in ARCHIVE_ACTIONS:
        return [call.check(arn) for arn in _archive(call)]
    return [call.check(call.text("ResourceARN") or "*")]


def _rule(call: Call) -> list[Check]:
    """A rule of the default bus is `rule/NAME`; the roles of its targets are passed to EventBridge."""
    bus = call.text("EventBusName").rpartition("/")[2] or "default"
    rule = call.text("Name") or call.text("Rule")
    targets = call.json.get("Targets", [])
    keys = {"events:TargetArn": [target["Arn"] for target in targets]} if call.operation == "PutTargets" else {}
    roles = [call.text("RoleArn"), *(target.get("RoleArn", "") for target in targets if isinstance(target, dict))]
    passed = [check for role in roles for check in pass_role(role, "events.amazonaws.com")]
    return [Check(call.action, call.arn(f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}"), keys), *passed]


def _archive(call: Call) -> list[str]:
    """The archive or the replay, and the bus or archive it reads or writes."""
    own = f"replay/{call.text('ReplayName')}" if "Replay" in call.operation else f"archive/{call.text('ArchiveName')}"
    destination = call.json.get("Destination") or {}
    return [call.arn(own), *filter(None, (call.text("EventSourceArn"), str(destination.get("Arn", ""))))]


def _event(call: Call, entry: dict[str, Any]) -> Check:
    bus = str(entry.get("EventBusName") or "default")
    keys = {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
    return Check(
        call.action,
        call.arn(bus if bus.startswith("arn:") else f"event-bus/{bus}"),
        {key: str(value) for key, value in keys.items() if value},
    )


@patch("PutEvents is evaluated a second time, without the keys of its entries")
def iam_events_once() -> None:
    replace(actions, "eventbridge_resource_arns", lambda _: lambda *_: [])


@resources_of("scheduler")
def scheduler_resources(call: Call) -> Sequence[Check]:
    parts = call.path.strip("/").split("/")
    if parts[0] == "schedules" and len(parts) > 1:
        group = call.one("groupName") or call.text("GroupName") or "default"
        role = str(call.json.get("Target", {}).get("RoleArn", ""))
        named = call.check(call.arn(f"schedule/{group}/{parts[1]}"))
        return [named, *pass_role(role, "scheduler.amazonaws.com")]
    if parts[0] == "schedule-groups" and len(parts) > 1:
        return [call.check(call.arn(f"schedule-group/{parts[1]}"))]
    if parts[0] == "tags":
        return [call.check("/".join(parts[1:]))]
    return [call.check()]


@resources_of("lambda")
def lambda_resources(call: Call) -> Sequence[Check]:
    """A qualifier belongs to the ARN: a right on the bare function does not cover its alias, nor the other way."""
    role = pass_role(call.text("Role"), "lambda.amazonaws.com")
    parts = call.path.strip("/").split("/")[1:]
    if parts[:1] == ["tags"]:
        return [call.check("/".join(parts[1:]))]
    if parts[:1] == ["functions"]:
        name = parts[1] if len(parts) > 1 else call.text("FunctionName")
        return [call.check(_function(call, name) if name else "*"), *role]
    if parts[:1] == ["layers"] and len(parts) > 1 and call.operation not in {"ListLayerVersions", "ListLayers"}:
        version = f":{parts[3]}" if len(parts) > 3 else ""  # noqa: PLR2004 - layers/NAME/versions/NUMBER
        return [call.check(call.arn(f"layer:{parts[1]}{version}"))]
    if parts[:1] == ["event-source-mappings"]:
        function = call.text("FunctionName")
        keys = {"lambda:FunctionArn": _function(call, function)} if function else {}
        arn = call.arn(f"event-source-mapping:{parts[1]}") if len(parts) > 1 else "*"
        return [Check(call.action, arn, keys)]
    return [call.check()]


def _function(call: Call, name: str) -> str:
    """NAME, NAME:QUALIFIER, ACCOUNT:function:NAME or an ARN; `Qualifier` of the query comes last."""
    bare = name.rpartition("function:")[2] if "function:" in name else name
    prefix = name[: -len(bare)] if name.startswith("arn:") else call.arn("function:")
    if ":" not in bare and (qualifier := call.one("Qualifier")):
        bare = f"{bare}:{qualifier}"
    return f"{prefix}{bare}"
