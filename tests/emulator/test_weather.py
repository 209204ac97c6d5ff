import json

import pytest
from botocore.exceptions import ClientError
from botocore.retries.standard import RetryContext, ThrottledRetryableChecker

from tests.embedded import Account, Embedded

THROTTLES = {
    ("ec2", "DescribeImages"): ("RequestLimitExceeded", 503),
    ("autoscaling", "DescribeAutoScalingGroups"): ("Throttling", 400),
    ("dynamodb", "ListTables"): ("ThrottlingException", 400),
    ("s3", "ListBuckets"): ("SlowDown", 503),
    ("sns", "ListTopics"): ("Throttling", 400),
    ("sqs", "ListQueues"): ("RequestThrottled", 400),
    ("sts", "GetCallerIdentity"): ("Throttling", 400),
    ("iam", "ListRoles"): ("Throttling", 400),
    ("lambda", "ListFunctions"): ("TooManyRequestsException", 429),
    ("stepfunctions", "ListStateMachines"): ("ThrottlingException", 400),
    ("events", "ListRules"): ("ThrottlingException", 400),
    ("scheduler", "ListSchedules"): ("ThrottlingException", 429),
    ("ssm", "DescribeParameters"): ("ThrottlingException", 400),
    ("cloudwatch", "ListMetrics"): ("ThrottlingException", 400),
}


def snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def refused(account: Account, service: str, operation: str, **parameters: object) -> ClientError:
    with pytest.raises(ClientError) as refusal:
        getattr(account.client(service), snake(operation))(**parameters)
    return refusal.value


@pytest.mark.contract("api_weather")
@pytest.mark.parametrize(("service", "operation"), THROTTLES)
def test_each_service_throttles_in_its_own_words(embedded: Embedded, account: Account, service: str, operation: str):
    embedded.tell("weather", account=account.id, service=service, operation=operation, effect="throttle", times=1)

    error = refused(account, service, operation).response

    code, status = THROTTLES[service, operation]
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert error["ResponseMetadata"]["RequestId"]
    assert ThrottledRetryableChecker().is_retryable(RetryContext(attempt_number=1, parsed_response=error))
    getattr(account.client(service), snake(operation))()  # once only


def rule(embedded: Embedded, account: Account, **fields: object) -> None:
    embedded.tell("weather", **{"account": account.id, "service": "ec2", "operation": "DescribeImages"} | fields)


@pytest.mark.contract("api_weather")
def test_a_call_lost_on_the_way_back_has_taken_effect(embedded: Embedded, account: Account):
    rule(embedded, account, operation="CreateKeyPair", effect="lost answer")

    error = refused(account, "ec2", "CreateKeyPair", KeyName="k").response

    assert error["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert [pair["KeyName"] for pair in account.client("ec2").describe_key_pairs()["KeyPairs"]] == ["k"]


@pytest.mark.contract("api_weather")
def test_a_call_that_is_refused_has_no_effect(embedded: Embedded, account: Account):
    for effect in ("throttle", "fail", "deny", "unavailable"):
        rule(embedded, account, operation="CreateKeyPair", effect=effect, times=1)

    codes = [refused(account, "ec2", "CreateKeyPair", KeyName="k").response["Error"]["Code"] for _ in range(4)]

    assert codes == ["RequestLimitExceeded", "InternalError", "UnauthorizedOperation", "Unavailable"]
    assert account.client("ec2").describe_key_pairs()["KeyPairs"] == []


@pytest.mark.contract("api_weather")
def test_a_failure_may_have_a_code_of_the_service(embedded: Embedded, account: Account):
    rule(
        embedded, account, operation="RunInstances", effect="fail", code="InsufficientInstanceCapacity", message="none"
    )
    embedded.tell("weather", account=account.id, service="lambda", operation="Invoke", effect="fail")

    error = refused(account, "ec2", "RunInstances", ImageId="ami-1", MinCount=1, MaxCount=1).response["Error"]

    assert error == {"Code": "InsufficientInstanceCapacity", "Message": "none"}
    assert refused(account, "lambda", "Invoke", FunctionName="f").response["Error"]["Code"] == "ServiceException"


@pytest.mark.contract("api_weather")
def test_a_denial_names_principal_action_and_resource(embedded: Embedded, account: Account):
    rule(embedded, account, operation="DeleteKeyPair", effect="deny")
    embedded.tell("weather", account=account.id, service="dynamodb", operation="GetItem", effect="deny")

    ec2 = refused(account, "ec2", "DeleteKeyPair", KeyName="k").response["Error"]
    dynamodb = refused(account, "dynamodb", "GetItem", TableName="t", Key={"id": {"S": "1"}}).response["Error"]

    user = f"User: arn:aws:iam::{account.id}:root is not authorized to perform"
    assert ec2["Message"].startswith(f"{user}: ec2:DeleteKeyPair on resource: ")
    assert dynamodb["Code"] == "AccessDeniedException"
    assert (
        f"{user}: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:{account.id}:table/t" in dynamodb["Message"]
    )


def test_a_rule_strikes_after_some_matches_and_then_so_many_times(embedded: Embedded, account: Account):
    rule(embedded, account, effect="throttle", after=1, times=2)

    def outcome() -> str:
        try:
            account.client("ec2").describe_images(Owners=["self"])
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "yes"

    assert [outcome() for _ in range(4)] == ["yes", "RequestLimitExceeded", "RequestLimitExceeded", "yes"]
    (shown,) = embedded.tell("weather/show", account=account.id)["calls"]
    assert (shown["seen"], shown["struck"]) == (4, 2)


@pytest.mark.parametrize(
    "narrow",
    [{"region": "eu-west-1"}, {"principal": "role/nobody"}, {"match": {"KeyName": "other"}}, {"service": "sqs"}],
)
def test_a_rule_leaves_alone_what_it_does_not_name(embedded: Embedded, account: Account, narrow: dict[str, object]):
    rule(embedded, account, **{"operation": "*", "effect": "deny"} | narrow)

    account.client("ec2").create_key_pair(KeyName="k")

    (shown,) = embedded.tell("weather/show", account=account.id)["calls"]
    assert (shown["seen"], shown["struck"]) == (0, 0)


@pytest.mark.contract("api_weather")
def test_a_rule_may_name_a_role_and_parameters(embedded: Embedded, account: Account):
    trust = {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}
    iam, document = account.client("iam"), json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="copy-role", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    credentials = account.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    rule(embedded, account, operation="Describe*", principal="copy-role", match={"Owner": "self"}, effect="throttle")
    as_role = account.client(
        "ec2", aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"],
    )  # fmt: skip

    account.client("ec2").describe_images(Owners=["self"])
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        as_role.describe_images(Owners=["self"])


@pytest.mark.contract("api_weather")
def test_operations_of_rest_services_are_told_apart(embedded: Embedded, account: Account):
    s3, bucket = account.client("s3"), f"b-{account.id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"1")
    for operation in ("CopyObject", "ListObjectsV2", "GetObject"):
        embedded.tell("weather", account=account.id, service="s3", operation=operation, effect="unavailable")

    s3.put_object(Bucket=bucket, Key="a/b", Body=b"2")
    s3.list_objects(Bucket=bucket)
    s3.head_object(Bucket=bucket, Key="a/b")

    for operation, parameters in {
        "CopyObject": {"Key": "c", "CopySource": f"{bucket}/a/b"}, "ListObjectsV2": {}, "GetObject": {"Key": "a/b"},
    }.items():  # fmt: skip
        assert (
            refused(account, "s3", operation, Bucket=bucket, **parameters).response["Error"]["Code"]
            == "ServiceUnavailable"
        )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"service": "ec3"}, "no service 'ec3'"),
        ({"operation": "CopyImages"}, "no operation 'CopyImages'"),
        ({"efect": "deny"}, "efect"),
        ({"effect": "rain"}, "effect"),
        ({"times": 0}, "times"),
        ({"code": "X"}, "go with the effect `fail`"),
    ],
)
def test_a_rule_that_could_never_strike_is_refused(
    embedded: Embedded, account: Account, wrong: dict[str, object], why: str
):
    with pytest.raises(ValueError, match=why):
        rule(embedded, account, **{"effect": "throttle"} | wrong)


def test_clearing_ends_the_weather_of_one_account(embedded: Embedded, account: Account):
    other = embedded.new_account()
    for each in (account, other):
        rule(embedded, each, effect="throttle")

    assert len(embedded.tell("weather/clear", account=account.id)["calls"]) == 1

    assert embedded.tell("weather/show", account=account.id) == {"calls": [], "events": [], "buckets": [], "held": []}
    account.client("ec2").describe_images(Owners=["self"])
    assert refused(other, "ec2", "DescribeImages").response["Error"]["Code"] == "RequestLimitExceeded"
    embedded.tell("weather/clear", account=other.id)
