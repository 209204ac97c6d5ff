"""What a rule does with an event that matched: give it to its targets, to another bus, or to the dead letters."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge

from local.delivery import Sender, Undeliverable, request_context, send, session_of
from local.events import within
from local.patching import patch, replace

LOG: Final = logging.getLogger(__name__)
SERVICE: Final = "events.amazonaws.com"
RETRIES: Final = 185
Record = dict[str, Any]


def invoke_target(target: Record, event: Record, rule: Record, view: Any = None) -> None:
    """Deliver one event to one target of a rule, in the emulator's place of the same name."""
    view = view or eventbridge._pattern_event_view(event)
    retries = int((target.get("RetryPolicy") or {}).get("MaximumRetryAttempts", RETRIES))
    attempts = 0
    while True:
        attempts += 1
        try:
            _deliver(target, event, rule, view)
        except Undeliverable as error:
            if error.may_pass and attempts <= retries:
                continue
            _give_up(target, json.dumps(view.event_with_detail()), rule, error, attempts - 1)
        return


def _give_up(target: Record, event: str, rule: Record, error: Undeliverable, retries: int) -> None:
    LOG.warning("%s did not reach %s: %s: %s", rule["Arn"], target["Arn"], error.code, error)
    attributes = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": str(error),
        "RETRY_ATTEMPTS": str(retries),
    }
    if error.may_pass:
        attributes["EXHAUSTED_RETRY_CONDITION"] = "MaximumRetryAttempts"
    if queue := (target.get("DeadLetterConfig") or {}).get("Arn"):
        try:
            send(queue, event, Sender(SERVICE, rule["Arn"]), attributes)
        except Undeliverable as lost:
            LOG.warning("nor the dead-letter queue %s: %s", queue, lost)


def _deliver(target: Record, event: Record, rule: Record, view: Any) -> None:
    arn, sender = target["Arn"], Sender(SERVICE, rule["Arn"], target.get("RoleArn") or "")
    name, payload = parse_arn(arn), _payload(target, rule, view)
    if name.service == "events" and name.resource.startswith("event-bus/"):
        forward(arn, event, sender)
    elif name.service == "events" and name.resource.startswith("api-destination/"):
        http = eventbridge._resolve_http_parameters(target.get("HttpParameters") or {}, view.event_with_detail())
        eventbridge._dispatch_to_api_destination(name, payload, target | {"HttpParameters": http})
    elif name.region != get_region():
        raise Undeliverable("NO_RESOURCE", f"{arn} lies in another region than {rule['Arn']}")
    else:
        options: Record = {"MessageGroupId": group} if (group := _message_group(target)) else {}
        send(arn, payload, sender, **options)


def _message_group(target: Record) -> str:
    return str((target.get("SqsParameters") or {}).get("MessageGroupId") or "")


def _payload(target: Record, rule: Record, view: Any) -> str:
    """What the target gets: the event, what the target picks of it or makes of it, or a constant."""
    if target.get("InputTransformer"):
        return str(eventbridge._apply_input_transformer(target["InputTransformer"], rule, view))
    if target.get("Input"):
        return str(target["Input"])
    value = view.event_with_detail()
    for part in filter(None, (target.get("InputPath") or "$").removeprefix("$").split(".")):
        if not isinstance(value, dict) or part not in value:
            raise Undeliverable("INVALID_PARAMETER", f"{target['InputPath']} is not in the event")
        value = value[part]
    return json.dumps(value)


def forward(arn: str, event: Record, sender: Sender) -> None:
    """Bus to bus, once: the event keeps its id, time, account and region."""
    bus = parse_arn(arn)
    if event.get("_Forwarded"):
        far = event["_Forwarded"] == "region" and bus.region != get_region()
        raise Undeliverable(f"THIRD_{'REGION' if far else 'ACCOUNT'}_HOP_DETECTED", f"{arn} would be the third bus")
    _admit(arn, sender)
    forwarded = event | {
        "EventBusName": bus.resource.partition("/")[2],
        "_Forwarded": "bus" if bus.region == get_region() else "region",
    }

    def arrive() -> None:
        eventbridge._dispatch_event(forwarded)
        eventbridge._archive_event({name: value for name, value in forwarded.items() if name != "_Forwarded"})

    within(bus.account_id, bus.region, arrive)


def put(arn: str, sender: Sender, fields: Mapping[str, Any]) -> None:
    """A new event of a service on any bus: `fields` as in PutEvents, `Detail` as an object."""
    _admit(arn, sender)
    entry = dict(fields) | {"Detail": json.dumps(fields["Detail"]), "EventBusName": arn.rpartition("/")[2]}
    account, region = parse_arn(arn).account_id, parse_arn(arn).region
    within(account, region, lambda: eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True))


def _admit(arn: str, sender: Sender) -> None:
    """Undeliverable unless the bus exists, the role may put events on it, and its account lets that role in."""
    bus = parse_arn(arn)
    here = (bus.account_id, bus.region) == (get_account_id(), get_region())
    if sender.role or not here:
        if not sender.role:
            raise Undeliverable("NO_PERMISSIONS", f"{arn} is reached with a role, and the target names none")
        sender.must_be_allowed("events:PutEvents", arn)
    if not within(bus.account_id, bus.region, lambda: _lets_in(arn, sender)):
        raise Undeliverable("NO_PERMISSIONS", f"The policy of {arn} does not let {sender.role} in")


def _lets_in(arn: str, sender: Sender) -> bool:
    """In the bus's own account and region: does it exist, and does its policy admit a role of another account?"""
    eventbridge._ensure_default_bus()
    name, account = parse_arn(arn).resource.partition("/")[2], sender.source.split(":")[4]
    if name not in eventbridge._event_buses:
        raise Undeliverable("NO_RESOURCE", f"{arn} does not exist")
    if account == get_account_id():
        return True
    context = request_context(session_of(sender.role), "AssumedRole", account, "events:PutEvents", arn)
    policy = eventbridge._event_bus_policies.get(name)
    return bool(iam_evaluator.evaluate_resource_policy(policy, context).decision == "Allow")


@patch("targets get an event whether or not the rule may, buses in other regions and accounts never; no dead letters")
def rule_targets() -> None:
    replace(eventbridge, "_invoke_target", lambda _: invoke_target)


@patch("a bus policy given as a document is ignored, and one for an account lets nobody in")
def bus_policies() -> None:
    def make(original: Any) -> Any:
        def put_permission(asked: Record) -> Any:
            if not asked.get("Policy"):
                account = re.fullmatch(r"\d{12}", asked.get("Principal", ""))
                principal = {"AWS": f"arn:aws:iam::{account[0]}:root"} if account else asked.get("Principal")
                return original(asked | {"Principal": principal})
            eventbridge._event_bus_policies[asked.get("EventBusName") or "default"] = json.loads(asked["Policy"])
            return eventbridge.json_response({})

        return put_permission

    replace(eventbridge, "_put_permission", make)
