"""From bus to bus, in other regions and accounts too, and who may put events on a bus."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from emulator.events.delivery import Sender, Undeliverable, request_context, session_of
from emulator.events.service_events import within
from emulator.gateway.patching import patch, replace

Record = dict[str, Any]


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


@patch("CloudFormation does not know AWS::Events::EventBusPolicy")
def cfn_bus_policies() -> None:
    def create(logical_id: str, properties: Record, _stack: str) -> tuple[str, dict[str, str]]:
        bus, sid = properties.get("EventBusName") or "default", properties.get("StatementId") or logical_id
        policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
        given = properties.get("Statement") or {
            "Effect": "Allow",
            "Principal": {"AWS": properties["Principal"]},
            "Action": properties["Action"],
            "Resource": f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{bus}",
        }
        others = [each for each in policy["Statement"] if each.get("Sid") != sid]
        eventbridge._event_bus_policies[bus] = policy | {"Statement": [*others, {"Sid": sid} | given]}
        return f"{bus}|{sid}", {}

    def delete(physical_id: str, _properties: Record) -> None:
        bus, _, sid = physical_id.partition("|")
        eventbridge._remove_permission({"EventBusName": bus, "StatementId": sid})

    provisioners._RESOURCE_HANDLERS["AWS::Events::EventBusPolicy"] = {"create": create, "delete": delete}
