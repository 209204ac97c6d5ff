"""What a rule does with an event that matched: give it to its targets, or to the dead letters."""

import json
import logging
from typing import Any, Final

from ministack.core.arn import parse_arn
from ministack.core.responses import get_region
from ministack.services import eventbridge

from emulator.events import buses
from emulator.events.delivery import MODELLED, Sender, Undeliverable, send
from emulator.gateway.patching import patch, replace

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
        buses.forward(arn, event, sender)
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


@patch("targets get an event whether or not the rule may, buses in other regions and accounts never; no dead letters")
def rule_targets() -> None:
    replace(eventbridge, "_invoke_target", lambda _: invoke_target)


@patch("a rule takes targets that no event will ever reach")
def targets_not_modelled() -> None:
    def make(original: Any) -> Any:
        def validate(target: Record) -> Any:
            service = target.get("Arn", "").split(":")[2:3]
            if (refused := original(target)) or service[0] in {*MODELLED, "events"}:
                return refused
            text = f"not modelled by the embedded AWS: {target['Arn']} as a target of a rule"
            return eventbridge.error_response_json("ValidationException", text, 400)

        return validate

    replace(eventbridge, "_validate_target_arn", make)
