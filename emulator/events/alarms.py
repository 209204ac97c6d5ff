"""CloudWatch alarms: the metrics of queues, what an alarm makes of them, and whom it may tell."""

import operator
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, sns, sqs
from ministack.services.cloudformation import provisioners

from emulator.events.delivery import request_context
from emulator.events.service_events import within
from emulator.gateway.control import command
from emulator.gateway.patching import patch, replace

Alarm = dict[str, Any]
SERVICE: Final = "cloudwatch.amazonaws.com"
WAITING: Final = "ApproximateNumberOfMessagesVisible"
ACTIONS: Final = ("AlarmActions", "OKActions", "InsufficientDataActions")
MISSING: Final = {"notBreaching": "OK", "breaching": "ALARM", "missing": "INSUFFICIENT_DATA"}
BREACHES: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@command("measure")
def measure(body: dict[str, Any]) -> Any:
    """Publish the metrics of queues now, which SQS does each minute, and let every alarm look at its metric."""
    return within(body["account"], body["region"], _measure)


def _measure() -> list[dict[str, str]]:
    for url, queue in sqs._queues.items():
        sqs._refresh_counts(queue)
        waiting = float(queue["attributes"]["ApproximateNumberOfMessages"])
        cloudwatch.record_metric("AWS/SQS", WAITING, waiting, "Count", {"QueueName": url.rpartition("/")[2]})
    alarms = [*cloudwatch._alarms.values()]
    for alarm in alarms:
        cloudwatch._evaluate_alarm(alarm)
    return [{"name": alarm["AlarmName"], "state": alarm["StateValue"]} for alarm in alarms]


@patch("an alarm looks at all metrics of one name, whatever their dimensions, and at nothing where data is missing")
def alarm_metrics() -> None:
    replace(cloudwatch, "_evaluate_alarm", lambda _: _evaluate)


def _evaluate(alarm: Alarm) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""
    before, (state, reason) = alarm["StateValue"], _state(alarm)
    if state == before:
        return
    alarm |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: Alarm) -> tuple[str, str]:
    """The state that its own metric gives an alarm, and why; the present one where missing data is ignored."""
    since = time.time() - alarm["Period"] * alarm["EvaluationPeriods"]
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm["Dimensions"]))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or []
    points = [point for point in points if point["Timestamp"] >= since]
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points) if points else None
    if value is None:
        return MISSING.get(alarm["TreatMissingData"]) or str(alarm["StateValue"]), "no datapoints were received"
    if alarm["EvaluationPeriods"] != 1:
        raise ValueError("not modelled by the embedded AWS: an alarm over several periods")
    compare = alarm["ComparisonOperator"]
    if compare not in BREACHES:
        raise ValueError(f"not modelled by the embedded AWS: an alarm with {compare}")
    breached = BREACHES[compare](value, alarm["Threshold"])
    return ("ALARM" if breached else "OK"), f"Threshold Crossed: {statistic} {value} {compare} {alarm['Threshold']}"


@patch("an alarm publishes to a topic whose policy does not let CloudWatch in, and nobody learns what it could not do")
def alarm_actions() -> None:
    replace(cloudwatch, "_dispatch_alarm_actions", _as_cloudwatch)


def _as_cloudwatch(original: Callable[..., None]) -> Callable[..., None]:
    """https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger."""

    def dispatch(alarm: Alarm, before: str, state: str, reason: str) -> None:
        allowed = {key: [a for a in alarm.get(key) or [] if _may_publish(alarm["AlarmArn"], a)] for key in ACTIONS}
        chosen = dict(zip(("ALARM", "OK", "INSUFFICIENT_DATA"), ACTIONS, strict=True))[state]
        for arn in alarm.get(chosen) or []:
            _note(alarm, f"{'Successfully executed' if arn in allowed[chosen] else 'Failed to execute'} action {arn}")
        original(alarm | allowed, before, state, reason)

    return dispatch


def _may_publish(alarm: str, topic: str) -> bool:
    """Whether the topic is there and its own policy lets CloudWatch in for this alarm."""
    if (found := sns._topic_by_arn_any_scope(topic)) is None:
        return False
    context = request_context("*", "Service", "", "sns:Publish", topic)
    context.service_context |= {
        "aws:sourcearn": alarm,
        "aws:sourceaccount": get_account_id(),
        "aws:sourceowner": get_account_id(),  # the key of the policy that every topic is born with
    }
    policy = found["attributes"].get("Policy")
    return bool(policy and iam_evaluator.evaluate_resource_policy(policy, context, SERVICE).decision == "Allow")


def _note(alarm: Alarm, summary: str) -> None:
    entry = {
        "AlarmName": alarm["AlarmName"],
        "AlarmType": "MetricAlarm",
        "Timestamp": cloudwatch._ts_iso(time.time()),
        "HistoryItemType": "Action",
        "HistorySummary": summary,
        "HistoryData": "{}",
    }
    cloudwatch._history_entries().append(entry)


@patch("an alarm may name a topic of another region")
def alarm_regions() -> None:
    """The refusal as Terraform met it: https://github.com/cds-snc/notification-terraform/pull/128."""

    def asked(original: Callable[..., Any]) -> Callable[..., Any]:
        def checked(params: Any, body: Any, is_cbor: bool, is_json: bool = False) -> Any:  # noqa: FBT001, FBT002 - as it is called
            actions = [arn for key in ACTIONS for arn in body.get(key) or _listed(params, key)]
            if refusal := _elsewhere(actions):
                return cloudwatch._error("ValidationError", refusal, 400, is_json, is_cbor)
            return original(params, body, is_cbor, is_json)

        return checked

    def deployed(original: Callable[..., Any]) -> Callable[..., Any]:
        def checked(name: str, properties: Alarm) -> Any:
            if refusal := _elsewhere([arn for key in ACTIONS for arn in properties.get(key) or []]):
                raise ValueError(f"AWS::CloudWatch::Alarm: {refusal}")
            return original(name, properties)

        return checked

    replace(cloudwatch, "_put_metric_alarm", asked)
    replace(provisioners, "_cw_metric_alarm_put", deployed)


def _listed(params: Any, key: str) -> list[str]:
    found: list[str] = []
    while arn := cloudwatch._p(params, f"{key}.member.{len(found) + 1}"):
        found.append(arn)
    return found


def _elsewhere(actions: list[str]) -> str:
    """CloudWatch's refusal of the first action that lies in another region; "" if none does."""
    regions = [arn.split(":")[3] for arn in actions if arn.startswith("arn:aws:sns:")]
    wrong = next((region for region in regions if region != get_region()), "")
    return f"Invalid region {wrong} specified. Only {get_region()} is supported." if wrong else ""
