import json
from typing import Any

import pytest

from tests.embedded import Account
from tests.emulator.stacks import ROLE_ARN, of, refused, stack

DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
FUNCTION = {
    "Runtime": "python3.13",
    "Handler": "index.handler",
    "Role": ROLE_ARN,
    "Code": {"ZipFile": "def handler(event, context): return 1"},
}


@pytest.mark.contract("cfn_function_properties")
def test_what_a_template_says_of_a_function_holds(account: Account):
    functions = account.client("lambda")
    queue = of("AWS::SQS::Queue")
    settings = {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}}, "ReservedConcurrentExecutions": 2}
    name = stack(account, of("AWS::Lambda::Function", **FUNCTION, **settings), Queue=queue)

    found = functions.get_function(FunctionName=name)
    assert ":sqs:" in found["Configuration"]["DeadLetterConfig"]["TargetArn"]
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 2}
    stack(account, of("AWS::Lambda::Function", **FUNCTION), Queue=queue)
    found = functions.get_function(FunctionName=name)
    assert "Concurrency" not in found
    assert not found["Configuration"].get("DeadLetterConfig")


@pytest.mark.contract("cfn_code_exists")
@pytest.mark.parametrize(
    "resource",
    [
        of("AWS::Lambda::Function", **FUNCTION | {"Code": {"S3Bucket": "nowhere", "S3Key": "nothing"}}),
        of("AWS::Lambda::LayerVersion", Content={"S3Bucket": "nowhere", "S3Key": "nothing"}),
    ],
)
def test_code_that_does_not_exist_fails_the_stack(account: Account, resource: dict[str, Any]):
    account.client("s3").create_bucket(Bucket=f"nowhere-{account.id}")
    text = json.loads(json.dumps(resource).replace("nowhere", f"nowhere-{account.id}"))

    refused(account, text)

    assert account.client("lambda").list_functions()["Functions"] == []


@pytest.mark.contract("cfn_schedule")
def test_what_a_template_says_of_a_schedule_holds(account: Account):
    target = {
        "Arn": f"arn:aws:lambda:us-east-1:{account.id}:function:f", "RoleArn": ROLE_ARN,
        "RetryPolicy": {"MaximumRetryAttempts": "2"},
        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:{account.id}:q"},
    }  # fmt: skip
    for zone in ("Europe/Vienna", "Asia/Tokyo"):
        it = stack(
            account,
            of(
                "AWS::Scheduler::Schedule", ScheduleExpression="cron(0 6 * * ? *)", ScheduleExpressionTimezone=zone,
                FlexibleTimeWindow={"Mode": "OFF"}, Target=target, State="DISABLED",
            ),
        )  # fmt: skip

    found = account.client("scheduler").get_schedule(Name=it)
    assert (found["ScheduleExpressionTimezone"], found["State"]) == ("Asia/Tokyo", "DISABLED")
    assert found["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 2}
    assert found["Target"]["DeadLetterConfig"] == target["DeadLetterConfig"]


@pytest.mark.contract("cfn_schedule")
def test_a_schedule_in_a_group_that_does_not_exist_fails(account: Account):
    target = {"Arn": f"arn:aws:lambda:us-east-1:{account.id}:function:f", "RoleArn": ROLE_ARN}
    settings = {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    schedule = of("AWS::Scheduler::Schedule", GroupName="none", **settings)

    assert "none does not exist" in refused(account, schedule)


@pytest.mark.contract("cfn_rule_is_valid")
@pytest.mark.parametrize(
    "wrong", [{"EventPattern": {"source": "not a list"}}, {"ScheduleExpression": "sometimes"}, {"EventBusName": "none"}]
)
def test_a_rule_that_events_would_refuse_fails(account: Account, wrong: dict[str, Any]):
    refused(account, of("AWS::Events::Rule", **{"EventPattern": {"source": ["s"]}} | wrong))

    assert account.client("events").list_rules()["Rules"] == []


def test_what_a_template_says_of_a_target_holds(account: Account):
    target = {
        "Id": "t",
        "Arn": f"arn:aws:sqs:us-east-1:{account.id}:q",
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 90},
        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:{account.id}:d"},
        "InputTransformer": {"InputPathsMap": {"id": "$.id"}, "InputTemplate": '{"id": <id>}'},
    }
    role = f"arn:aws:iam::{account.id}:role/r"
    it = stack(account, of("AWS::Events::Rule", EventPattern={"source": ["s"]}, Targets=[target | {"RoleArn": role}]))

    assert account.client("events").list_targets_by_rule(Rule=it)["Targets"] == [target | {"RoleArn": role}]


@pytest.mark.contract("cfn_event_bus_properties")
def test_a_bus_keeps_its_dead_letter_queue(account: Account):
    queue = f"arn:aws:sqs:us-east-1:{account.id}:d"
    stack(account, of("AWS::Events::EventBus", Name="bus", DeadLetterConfig={"Arn": queue}))

    assert account.client("events").describe_event_bus(Name="bus")["DeadLetterConfig"] == {"Arn": queue}


@pytest.mark.contract("cfn_yaml_definitions")
def test_a_definition_in_yaml_becomes_json(account: Account):
    wait = "Wait: {Type: Wait, Timestamp: 2026-11-23T00:00:00Z, End: true}"
    text = f"StartAt: Wait\nStates:\n  {wait}\n"
    arn = stack(account, of("AWS::StepFunctions::StateMachine", RoleArn=ROLE_ARN, DefinitionString=text))

    definition = json.loads(account.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["definition"])
    assert definition["States"]["Wait"]["Timestamp"] == "2026-11-23T00:00:00Z"


@pytest.mark.contract("cfn_state_machine_properties")
def test_what_a_template_says_of_a_state_machine_holds(account: Account):
    group = f"arn:aws:logs:us-east-1:{account.id}:log-group:g:*"
    destinations = [{"CloudWatchLogsLogGroup": {"LogGroupArn": group}}]
    logging = {"Level": "ERROR", "IncludeExecutionData": False, "Destinations": destinations}
    machine = of(
        "AWS::StepFunctions::StateMachine", StateMachineName="adopt", RoleArn=ROLE_ARN, Definition=DEFINITION,
        TracingConfiguration={"Enabled": True}, LoggingConfiguration=logging,
    )  # fmt: skip
    arn = stack(account, machine)

    found = account.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert (found["name"], found["tracingConfiguration"]) == ("adopt", {"enabled": True})
    assert found["loggingConfiguration"]["level"] == "ERROR"
