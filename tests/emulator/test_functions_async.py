import json
from typing import Any

import pytest

from tests.embedded import Account, eventually
from tests.emulator.functions import function, logged, role
from tests.emulator.queues import Queue, queue

FAILING = "class Boom(Exception): pass\ndef handler(event, context):\n    print('attempt')\n    raise Boom('no')\n"
FINE = "def handler(event, context):\n    return {'got': event}\n"


def invoke(account: Account, code: str, event: Any, *, to: Queue | str, on: str = "OnFailure", **settings: int) -> str:
    """Invoke a new function asynchronously, with a destination that its role may send to."""
    target = to.arn if isinstance(to, Queue) else to
    may = role(account, "may-send", ("sqs:SendMessage", "*"), ("sns:Publish", "*"), ("events:PutEvents", "*"))
    arn = function(account, code, Role=may)
    client = account.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={on: {"Destination": target}}, **settings
    )
    assert client.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(event))["StatusCode"] == 202
    return arn


@pytest.mark.contract("lambda_async")
@pytest.mark.parametrize(
    ("settings", "attempts"), [({}, 3), ({"MaximumRetryAttempts": 1}, 2), ({"MaximumRetryAttempts": 0}, 1)]
)
def test_a_failure_is_retried_and_then_told(account: Account, settings: Any, attempts: int):
    failed = queue(account, "failed")
    arn = invoke(account, FAILING, {"image": "a"}, to=failed, **settings)

    record = failed.one()

    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", attempts)
    assert context["functionArn"] == f"{arn}:$LATEST"
    assert record["requestPayload"] == {"image": "a"}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert (record["responsePayload"]["errorType"], record["responsePayload"]["errorMessage"]) == ("Boom", "no")
    events = account.client("logs").filter_log_events(logGroupName="/aws/lambda/f", filterPattern="attempt")["events"]
    assert len(events) == attempts


@pytest.mark.contract("lambda_async")
def test_a_success_is_told_where_one_asks_for_it(account: Account):
    done = queue(account, "done")
    invoke(account, FINE, 7, to=done, on="OnSuccess")

    record = done.one()

    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"got": 7}
    assert "functionError" not in record["responseContext"]


@pytest.mark.contract("lambda_async")
def test_a_destination_can_be_a_bus(account: Account):
    seen = queue(account, "seen", "events")
    events = account.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["lambda"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": seen.arn}])
    bus = f"arn:aws:events:us-east-1:{account.id}:event-bus/default"
    arn = invoke(account, FAILING, 1, to=bus, MaximumRetryAttempts=0)

    event = seen.one()

    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["resources"] == [f"{arn}:$LATEST", bus]
    assert event["detail"]["requestContext"]["condition"] == "RetriesExhausted"


@pytest.mark.contract("lambda_async")
def test_a_dead_letter_is_the_event_itself(account: Account):
    dead = queue(account, "dead")
    may = role(account, "may-send", ("sqs:SendMessage", dead.arn))
    function(account, FAILING, Role=may, DeadLetterConfig={"TargetArn": dead.arn})
    account.client("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=b'{"image": "b"}')

    event, attributes = dead.one_with_attributes()

    assert event == {"image": "b"}
    assert attributes["ErrorMessage"] == "no"
    assert attributes.keys() == {"RequestID", "ErrorCode", "ErrorMessage"}


@pytest.mark.contract("lambda_async")
def test_a_function_without_any_concurrency_fails_at_once(account: Account):
    failed = queue(account, "failed")
    may = role(account, "may-send", ("sqs:SendMessage", failed.arn))
    function(account, FINE, Role=may)
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    client.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnFailure": {"Destination": failed.arn}}
    )
    client.invoke(FunctionName="f", InvocationType="Event", Payload=b"1")

    assert failed.one()["requestContext"]["condition"] == "ZeroReservedConcurrency"


@pytest.mark.contract("lambda_async")
def test_the_functions_role_must_be_allowed_to_tell(account: Account):
    forbidden, allowed = queue(account, "forbidden"), queue(account, "allowed")
    may = role(account, "may-send", ("sqs:SendMessage", allowed.arn))
    function(account, FAILING, Role=may, DeadLetterConfig={"TargetArn": forbidden.arn})
    function(account, FAILING, name="g", Role=may, DeadLetterConfig={"TargetArn": allowed.arn})
    for name in ("f", "g"):
        account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"1")

    assert allowed.one() == 1
    eventually(lambda: len(logged(account, "END")) == 3)
    assert forbidden.messages() == []


@pytest.mark.contract("lambda_from_sns")
@pytest.mark.parametrize("permitted", [True, False])
def test_sns_invokes_asynchronously_what_it_may(account: Account, *, permitted: bool):
    dead, seen = queue(account, "dead"), queue(account, "seen", "sns")
    may = role(account, "may-send", ("sqs:SendMessage", dead.arn))
    arn = function(account, FAILING, Role=may, DeadLetterConfig={"TargetArn": dead.arn})
    sns = account.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=seen.arn)
    if permitted:
        account.client("lambda").add_permission(
            FunctionName="f",
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            SourceArn=topic,
        )
    sns.publish(TopicArn=topic, Message="a new base image")

    if permitted:
        assert dead.one()["Records"][0]["Sns"]["Message"] == "a new base image"
    else:
        assert seen.one()["Message"] == "a new base image"
        assert "/aws/lambda/f" not in str(account.client("logs").describe_log_groups()["logGroups"])
