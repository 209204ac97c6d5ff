"""Asynchronous invocations: retried at once, then told to where the function wants it."""

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from ministack.core.responses import new_uuid, now_iso
from ministack.services import lambda_svc, sns

from emulator.events import buses
from emulator.events.delivery import Sender, Undeliverable, send
from emulator.events.service_events import within
from emulator.gateway.patching import patch, replace

LOG: Final = logging.getLogger(__name__)
Record = dict[str, Any]
RETRIES: Final = 2
ERROR_MESSAGE_CHARACTERS: Final = 1000


@dataclass(frozen=True)
class Outcome:
    """How an asynchronous invocation ended: `condition` as AWS names it, after `attempts`, with the last answer."""

    condition: str
    attempts: int
    answer: Record
    request_id: str


def invoke_async(func: Record, event: Any) -> None:
    """Accept an event for a function, in the emulator's place of the same name: the caller never waits."""
    config = func.get("config") or func
    account, region = config["FunctionArn"].split(":")[4], config["FunctionArn"].split(":")[3]

    def run() -> None:
        within(account, region, lambda: _process(func, config, event))

    threading.Thread(target=run, name=f"async-{config['FunctionName']}", daemon=True).start()


def _settings(config: Record) -> tuple[Record, Record]:
    """The function itself and its event invoke config for the qualifier it was invoked by."""
    func = lambda_svc._functions.get(config["FunctionName"]) or {}
    qualifier = ":".join(config["FunctionArn"].split(":")[7:])
    configs = func.get("event_invoke_configs") or {}
    return func, configs.get(qualifier) or (configs.get("$LATEST") if not qualifier else None) or {}


def _process(func: Record, config: Record, event: Any) -> None:
    current, settings = _settings(config)
    outcome = _attempt(func, event, current.get("concurrency"), settings.get("MaximumRetryAttempts", RETRIES))
    destinations = settings.get("DestinationConfig") or {}
    wanted = destinations.get("OnSuccess" if outcome.condition == "Success" else "OnFailure") or {}
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    try:
        if wanted.get("Destination"):
            _to_destination(wanted["Destination"], config, event, outcome)
        if dead_letters and outcome.condition != "Success":
            _to_dead_letters(dead_letters, config, event, outcome)
    except Undeliverable as lost:
        LOG.warning("the record of an invocation of %s is lost: %s", config["FunctionArn"], lost)


def _attempt(func: Record, event: Any, reserved: int | None, retries: int) -> Outcome:
    request_id = new_uuid()
    if reserved == 0:
        return Outcome("ZeroReservedConcurrency", 0, {}, request_id)
    attempts = 0
    while True:
        answer = lambda_svc._execute_function(func, event)
        if answer.get("throttle"):
            time.sleep(0.02)  # another invocation of this function has to end first
            continue
        attempts += 1
        if not answer.get("error"):
            return Outcome("Success", attempts, answer, request_id)
        if attempts > retries:
            return Outcome("RetriesExhausted", attempts, answer, request_id)


def _record(config: Record, event: Any, outcome: Outcome) -> Record:
    """The invocation record that AWS sends to a destination."""
    version = config.get("Version") or "$LATEST"
    arn = config["FunctionArn"]
    context: Record = {
        "requestId": outcome.request_id,
        "functionArn": arn if arn.count(":") > 6 else f"{arn}:$LATEST",  # noqa: PLR2004 - the parts of an ARN
        "condition": outcome.condition,
        "approximateInvokeCount": outcome.attempts,
    }
    record = {"version": "1.0", "timestamp": now_iso(), "requestContext": context, "requestPayload": event}
    if not outcome.attempts:
        return record
    response: Record = {"statusCode": 200, "executedVersion": version}
    if outcome.answer.get("error"):
        response["functionError"] = "Unhandled"
    return record | {"responseContext": response, "responsePayload": outcome.answer.get("body")}


def _to_destination(arn: str, config: Record, event: Any, outcome: Outcome) -> None:
    sender = Sender("lambda.amazonaws.com", config["FunctionArn"], config["Role"])
    record = _record(config, event, outcome)
    if ":event-bus/" not in arn:
        send(arn, json.dumps(record), sender)
        return
    result = "Success" if outcome.condition == "Success" else "Failure"
    resources = [record["requestContext"]["functionArn"], arn]
    kind = f"Lambda Function Invocation Result - {result}"
    buses.put(arn, sender, {"Source": "lambda", "DetailType": kind, "Resources": resources, "Detail": record})


def _to_dead_letters(arn: str, config: Record, event: Any, outcome: Outcome) -> None:
    body = outcome.answer.get("body") or {}
    message = str(body.get("errorMessage") or outcome.condition)[:ERROR_MESSAGE_CHARACTERS]
    attributes = {"RequestID": outcome.request_id, "ErrorCode": "200", "ErrorMessage": message}
    send(arn, json.dumps(event), Sender("lambda.amazonaws.com", config["FunctionArn"], config["Role"]), attributes)


@patch("asynchronous invocations wait between retries, count wrongly, know no success and wrap dead letters")
def lambda_async() -> None:
    replace(lambda_svc, "invoke_async_with_retry", lambda _: invoke_async)


@patch("SNS runs a subscribed function once, whatever comes of it and whether or not it may")
def lambda_from_sns() -> None:
    def deliver(
        endpoint: str, envelope: str, topic: str, subscription: str, _id: str, _raw: str, _attributes: Any
    ) -> None:
        origin = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns"}
        payload = json.dumps({"Records": [origin | {"Sns": json.loads(envelope)}]})
        try:
            send(endpoint, payload, Sender("sns.amazonaws.com", topic))
        except Undeliverable as lost:
            LOG.warning("%s did not reach %s: %s", topic, endpoint, lost)

    replace(sns, "_deliver_to_lambda", lambda _: deliver)
