"""What every answer has: a request id; what every denial names: who, what and on which resource."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.permissions import DENIALS, allow, role

Call = Callable[[Callable[[str], Any], str], Any]
ITEM = {"pk": {"S": "1"}}
# A call, the action that it needs, and the end of the resource that it needs it on.
CALLS: list[tuple[Call, str, str]] = [
    (lambda of, _: of("autoscaling").describe_auto_scaling_groups(), "autoscaling:DescribeAutoScalingGroups", "*"),
    (lambda of, _: of("cloudformation").describe_stacks(StackName="s"), "cloudformation:DescribeStacks", "*"),
    (lambda of, _: of("cloudwatch").describe_alarms(), "cloudwatch:DescribeAlarms", "*"),
    (lambda of, _: of("dynamodb").get_item(TableName="t", Key=ITEM), "dynamodb:GetItem", ":table/t"),
    (
        lambda of, _: of("dynamodb").transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": ITEM}}]),
        "dynamodb:PutItem",
        ":table/t",
    ),
    (lambda of, _: of("ec2").deregister_image(ImageId="ami-1"), "ec2:DeregisterImage", ":image/ami-1"),
    (
        lambda of, _: of("events").put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}]),
        "events:PutEvents",
        ":event-bus/default",
    ),
    (lambda of, _: of("iam").get_role(RoleName="r"), "iam:GetRole", ":role/r"),
    (lambda of, _: of("inspector2").list_findings(), "inspector2:ListFindings", "*"),
    (lambda of, _: of("kms").describe_key(KeyId="k"), "kms:DescribeKey", ":key/k"),
    (lambda of, _: of("lambda").invoke(FunctionName="f"), "lambda:InvokeFunction", ":function:f"),
    (
        lambda of, _: of("logs").describe_log_streams(logGroupName="g"),
        "logs:DescribeLogStreams",
        ":log-group:g:log-stream:",
    ),
    (lambda of, _: of("rbin").get_rule(Identifier="abcdefghijk"), "rbin:GetRule", ":rule/abcdefghijk"),
    (lambda of, bucket: of("s3").get_object(Bucket=bucket, Key="k"), "s3:GetObject", "/k"),
    (lambda of, bucket: of("s3").list_objects_v2(Bucket=bucket), "s3:ListBucket", ""),
    (lambda of, _: of("secretsmanager").get_secret_value(SecretId="s"), "secretsmanager:GetSecretValue", ":secret:s"),
    (
        lambda of, _: of("sns").publish(TopicArn="arn:aws:sns:us-east-1:123456789012:t", Message="m"),
        "sns:Publish",
        ":t",
    ),
    (lambda of, _: of("sqs").get_queue_url(QueueName="q"), "sqs:GetQueueUrl", ":q"),
    (lambda of, _: of("ssm").get_parameter(Name="/p"), "ssm:GetParameter", ":parameter/p"),
    (lambda of, _: of("ssm").describe_instance_information(), "ssm:DescribeInstanceInformation", "*"),
    (lambda of, _: of("stepfunctions").list_state_machines(), "states:ListStateMachines", "*"),
    (lambda of, _: of("xray").get_group(GroupName="g"), "xray:GetGroup", "*"),
]


@pytest.mark.contract("request_ids", "iam_denial_messages")
def test_a_denial_names_principal_action_and_resource(account: Account):
    bucket, powerless = f"bucket-{account.id}", role(account, allow("nothing:AtAll"))
    account.client("s3").create_bucket(Bucket=bucket)

    for call, action, resource in CALLS:
        with pytest.raises(ClientError) as caught:
            call(powerless.client, bucket)
        error = caught.value.response["Error"]
        assert error["Code"] in DENIALS
        assert (
            f"assumed-role/{powerless.name}/test is not authorized to perform: {action} on resource:"
            in (error["Message"])
        )
        assert f"{resource} because" in error["Message"]
        assert caught.value.response["ResponseMetadata"]["RequestId"]


@pytest.mark.contract("errors_in_protocol")
@pytest.mark.parametrize(
    ("service", "operation"), [("glacier", "list_vaults"), ("pricing", "describe_services"), ("sdb", "list_domains")]
)
def test_a_service_that_nobody_models_says_so(account: Account, service: str, operation: str):
    with pytest.raises(
        ClientError, match=r"not modelled by the embedded AWS|is not valid for this web service"
    ) as caught:
        getattr(account.client(service), operation)()

    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert caught.value.response["ResponseMetadata"]["RequestId"]


@pytest.mark.contract("errors_in_protocol")
def test_a_service_that_fails_says_so_in_its_protocol(account: Account):
    with pytest.raises(ClientError, match="the embedded AWS failed") as caught:
        account.client("autoscaling").set_desired_capacity(AutoScalingGroupName="none", DesiredCapacity=1)

    assert caught.value.response["Error"]["Code"] == "InternalError"
