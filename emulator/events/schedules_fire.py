"""EventBridge Scheduler calls AWS with the schedule's role: each target is an API call, through the front door."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import ClientError
from ministack.core.responses import get_region, new_uuid, now_iso
from ministack.services import scheduler

from emulator.iam import sessions
from emulator.iam.authorization import assumable

Record = dict[str, Any]
SCHEDULER: Final = "scheduler.amazonaws.com"
LOG: Final = logging.getLogger(__name__)
RETRIES: Final = 185
SERVER_ERRORS: Final = 500
UNIVERSAL: Final = re.compile(r"arn:aws:scheduler:::aws-sdk:(?P<service>\w+):(?P<action>\w+)")
SERVICE_NAMES: Final = {"sfn": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs"}


def fire_schedule(schedule: Record) -> Record:
    """One firing: the answer says whether the target took it, or which error went to the dead letters."""
    target, execution = schedule["Target"], new_uuid()
    times = now_iso().partition(".")[0] + "Z"
    retries = int((target.get("RetryPolicy") or {}).get("MaximumRetryAttempts", RETRIES))
    attempt, error = 0, None
    while attempt <= retries:
        attempt += 1
        error = _attempt(schedule, {"execution-id": execution, "scheduled-time": times, "attempt-number": str(attempt)})
        if error is None or not _may_pass(error):
            break
    if error is None:
        _complete(schedule)
        return {"id": execution, "attempts": attempt, "error": None}
    about = {"EXECUTION_ID": execution, "SCHEDULED_TIME": times, "RETRY_ATTEMPTS": str(attempt - 1)}
    try:
        _dead_letter(schedule, error, about)
    except ClientError as lost:
        LOG.warning("the dead letter of %s is lost: %s", schedule["Arn"], lost)
    return {"id": execution, "attempts": attempt, "error": error.response["Error"]["Code"]}


def _may_pass(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= SERVER_ERRORS or "Throttl" in error.response["Error"]["Code"] or status == 429  # noqa: PLR2004


def _attempt(schedule: Record, context: dict[str, str]) -> ClientError | None:
    payload = str(schedule["Target"].get("Input") or "{}")
    for name, value in (context | {"schedule-arn": schedule["Arn"]}).items():
        payload = payload.replace(f"<aws.scheduler.{name}>", value)
    try:
        _call(schedule["Target"], payload)
    except ClientError as error:
        return error
    return None


def _call(target: Record, payload: str) -> None:
    arn = target["Arn"]
    if universal := UNIVERSAL.fullmatch(arn):
        service = SERVICE_NAMES.get(universal["service"], universal["service"])
        getattr(_client(target, service), xform_name(universal["action"]))(**json.loads(payload))
        return
    calls: dict[str, Callable[[Record, str], Any]] = {
        "lambda": lambda to, text: _client(to, "lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=text),
        "states": lambda to, text: _client(to, "stepfunctions").start_execution(stateMachineArn=arn, input=text),
        "sns": lambda to, text: _client(to, "sns").publish(TopicArn=arn, Message=text),
        "sqs": lambda to, text: _send_message(to, arn, text),
        "events": _put_event,
    }
    service = arn.split(":")[2]
    if service not in calls:
        raise ValueError(f"not modelled by the embedded AWS: a schedule with the target {arn}")
    calls[service](target, payload)


def _put_event(target: Record, payload: str) -> None:
    fields = target.get("EventBridgeParameters") or {}
    entry = {"EventBusName": target["Arn"], "Detail": payload} | {
        name: fields[name] for name in ("Source", "DetailType")
    }
    answer = _client(target, "events").put_events(Entries=[entry])["Entries"][0]
    if "ErrorCode" in answer:
        error = {"Code": answer["ErrorCode"], "Message": answer.get("ErrorMessage", "")}
        said: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(said, "PutEvents")


def _send_message(target: Record, arn: str, payload: str, **more: Any) -> None:
    _, _, _, _, account, name = arn.split(":")
    url = f"{sessions.endpoint()}/{account}/{name}"
    parameters = target.get("SqsParameters") or {}
    _client(target, "sqs").send_message(QueueUrl=url, MessageBody=payload, **parameters, **more)


def _client(target: Record, service: str) -> Any:
    """A client with the session that Scheduler gets by assuming the target's role; AccessDenied if it may not."""
    if not assumable(target["RoleArn"], SCHEDULER):
        text = f"The execution role {target['RoleArn']} must allow Amazon EventBridge Scheduler to assume the role."
        answer: Any = {"Error": {"Code": "AccessDenied", "Message": text}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise ClientError(answer, "AssumeRole")
    keys = sessions.of_role(target["RoleArn"], get_region(), SCHEDULER, "scheduler")
    return sessions.client(service, get_region(), keys)


def _dead_letter(schedule: Record, error: ClientError, about: dict[str, str]) -> None:
    target = schedule["Target"]
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    attributes = about | {
        "SCHEDULE_ARN": schedule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": error.response["Error"]["Code"],
        "ERROR_MESSAGE": error.response["Error"]["Message"],
        "IS_PAYLOAD_TRUNCATED": "false",
    }
    if _may_pass(error):
        attributes["EXHAUSTED_RETRY_CONDITION"] = "MaximumRetryAttempts"
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    to_queue = {name: value for name, value in target.items() if name == "RoleArn"}
    _send_message(to_queue, queue, str(target.get("Input") or "{}"), MessageAttributes=typed)


def _complete(schedule: Record) -> None:
    if schedule["ScheduleExpression"].startswith("at(") and schedule.get("ActionAfterCompletion") == "DELETE":
        scheduler._schedules.pop(f"{schedule['GroupName']}/{schedule['Name']}", None)
