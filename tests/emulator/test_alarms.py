"""Alarms look at their own metric, in their own region, and tell topics that let CloudWatch in."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded
from tests.emulator.queues import Queue, queue
from tests.emulator.stacks import of, refused

HOME = "us-east-1"
WATCHES = {
    "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Statistic": "Maximum",
    "Period": 300, "EvaluationPeriods": 1, "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip


def topic(account: Account, region: str = HOME) -> str:
    arn: str = account.client("sns", region).create_topic(Name="platform")["TopicArn"]
    return arn


def hears(account: Account, arn: str) -> Queue:
    """A queue that is subscribed to the topic."""
    mail = queue(account, "mail", "sns")
    account.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=mail.arn)
    return mail


def alarm(account: Account, action: str, watched: str = "dead", **more: Any) -> None:
    dimensions = [{"Name": "QueueName", "Value": watched}]
    request = WATCHES | {"AlarmName": "lost", "AlarmActions": [action], "Dimensions": dimensions} | more
    account.client("cloudwatch").put_metric_alarm(**request)


def measured(embedded: Embedded, account: Account) -> str:
    (shown,) = embedded.tell("measure", account=account.id, region=HOME)
    return str(shown["state"])


def actions(account: Account) -> list[str]:
    asked = {"AlarmName": "lost", "HistoryItemType": "Action"}
    found = account.client("cloudwatch").describe_alarm_history(**asked)["AlarmHistoryItems"]
    return [each["HistorySummary"] for each in found]


@pytest.mark.contract("alarm_metrics")
def test_an_alarm_looks_at_its_own_queue(account: Account, embedded: Embedded):
    dead, other = queue(account, "dead"), queue(account, "other")
    alarm(account, topic(account), TreatMissingData="notBreaching")
    sqs = account.client("sqs")

    sqs.send_message(QueueUrl=other.url, MessageBody="{}")
    assert measured(embedded, account) == "OK"

    sqs.send_message(QueueUrl=dead.url, MessageBody="{}")
    assert measured(embedded, account) == "ALARM"


@pytest.mark.contract("alarm_metrics")
@pytest.mark.parametrize(
    ("missing", "state"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("missing", "INSUFFICIENT_DATA"), ("ignore", "INSUFFICIENT_DATA")],
)
def test_an_alarm_without_data_does_as_it_says(account: Account, embedded: Embedded, missing: str, state: str):
    alarm(account, topic(account), watched="nothing", TreatMissingData=missing)

    assert measured(embedded, account) == state


def test_an_alarm_tells_its_topic(account: Account, embedded: Embedded):
    dead, told = queue(account, "dead"), topic(account)
    mail = hears(account, told)
    alarm(account, told)

    account.client("sqs").send_message(QueueUrl=dead.url, MessageBody="{}")
    measured(embedded, account)

    assert json.loads(mail.one()["Message"])["NewStateValue"] == "ALARM"
    assert actions(account) == [f"Successfully executed action {told}"]


@pytest.mark.contract("alarm_actions")
@pytest.mark.parametrize("service", ["events.amazonaws.com", "cloudwatch.amazonaws.com"])
def test_an_alarm_tells_a_topic_only_if_its_policy_lets_cloudwatch_in(
    account: Account, embedded: Embedded, service: str
):
    dead, told = queue(account, "dead"), topic(account)
    mail = hears(account, told)
    principal = {"Service": service}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": told}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("sns").set_topic_attributes(TopicArn=told, AttributeName="Policy", AttributeValue=policy)
    alarm(account, told)

    account.client("sqs").send_message(QueueUrl=dead.url, MessageBody="{}")
    assert measured(embedded, account) == "ALARM"

    if service == "cloudwatch.amazonaws.com":
        assert mail.one()["TopicArn"] == told
    else:
        assert actions(account) == [f"Failed to execute action {told}"]
        assert mail.messages() == []


@pytest.mark.contract("alarm_regions")
def test_an_alarm_acts_in_its_own_region_only(account: Account):
    with pytest.raises(ClientError, match=r"Invalid region eu-west-1 specified\. Only us-east-1 is supported"):
        alarm(account, topic(account, "eu-west-1"))


@pytest.mark.contract("alarm_regions")
def test_an_alarm_of_a_stack_acts_in_its_own_region_only(account: Account):
    told = topic(account, "eu-west-1")

    reason = refused(account, of("AWS::CloudWatch::Alarm", **WATCHES, AlarmActions=[told]))

    assert "Invalid region eu-west-1 specified. Only us-east-1 is supported." in reason
