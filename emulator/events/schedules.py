"""Schedules fire when they are told to: the clock never starts anything in the embedded AWS."""

from typing import Any
from zoneinfo import available_timezones

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import eventbridge, scheduler

from emulator.events.rule_targets import invoke_target
from emulator.events.schedules_fire import fire_schedule
from emulator.events.service_events import within
from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace

Record = dict[str, Any]


@command("schedules")
def schedules(body: dict[str, Any]) -> Any:
    """Every schedule of an account and region: EventBridge Scheduler's, and rules that have an expression."""
    return within(body["account"], body["region"], lambda: [_shown(each) for each in _all()])


@command("fire")
def fire(body: dict[str, Any]) -> Any:
    """Fire one schedule now, whatever its expression says; ValueError if it does not exist or is disabled."""
    return within(body["account"], body["region"], lambda: _fire(body["name"]))


def _all() -> list[Record]:
    rules = [rule for rule in eventbridge._rules.values() if rule.get("ScheduleExpression")]
    return [*scheduler._schedules.values(), *rules]


def _shown(schedule: Record) -> Record:
    targets = [schedule["Target"]] if "Target" in schedule else _targets(schedule)
    return {
        "name": schedule["Name"],
        "kind": "schedule" if "Target" in schedule else "rule",
        "expression": schedule["ScheduleExpression"],
        "time_zone": schedule.get("ScheduleExpressionTimezone") or "UTC",
        "targets": [target["Arn"] for target in targets],
        "state": schedule["State"],
    }


def _targets(rule: Record) -> list[Record]:
    found: list[Record] = eventbridge._targets.get(eventbridge._rule_key(rule["Name"], rule["EventBusName"]), [])
    return found


def _fire(name: str) -> Record:
    found = [each for each in _all() if each["Name"] == name]
    if len(found) != 1:
        raise ValueError(f"{len(found)} schedules are called {name!r}; there are: {[each['Name'] for each in _all()]}")
    if found[0]["State"] != "ENABLED":
        raise ValueError(f"{name!r} is {found[0]['State']}")
    return fire_schedule(found[0]) if "Target" in found[0] else _fire_rule(found[0])


def _fire_rule(rule: Record) -> Record:
    event = {
        "EventId": new_uuid(),
        "Source": "aws.events",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "EventBusName": rule["EventBusName"],
        "Time": int(eventbridge._now_ts()),
        "Resources": [rule["Arn"]],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    for target in _targets(rule):
        invoke_target(target, event, rule)
    return {"id": event["EventId"], "targets": [target["Arn"] for target in _targets(rule)]}


@patch("rules and schedules fire by the clock, in UTC, ten seconds apart")
def schedules_on_demand() -> None:
    for service in (eventbridge, scheduler):
        replace(service, "start_scheduler", lambda _: lambda: None)


@patch("a schedule is taken whose expression nobody can read, or whose time zone does not exist")
def schedules_checked() -> None:
    def checking(original: Any) -> Any:
        def checked(name: str, body: Record) -> Any:
            expression, zone = body.get("ScheduleExpression"), body.get("ScheduleExpressionTimezone")
            if expression and not _readable(expression):
                return scheduler._error(400, "ValidationException", f"Invalid Schedule Expression {expression}.")
            if zone and zone not in available_timezones():
                return scheduler._error(400, "ValidationException", f"Invalid Schedule Expression Timezone {zone}.")
            return original(name, body)

        return checked

    replace(scheduler, "_create_schedule", checking)
    replace(scheduler, "_update_schedule", checking)


def _readable(expression: str) -> bool:
    at_once = scheduler._at_time_epoch(expression) is not None
    return at_once or bool(eventbridge._validate_schedule_expression(expression))
