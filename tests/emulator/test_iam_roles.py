"""A service acts only with a role that trusts it; managed policies are AWS's own."""

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.permissions import allow, denial, make_role, role, trust

DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
EXPECTED = {
    "service-role/AWSLambdaBasicExecutionRole": {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
    "AWSXRayDaemonWriteAccess": {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:GetSamplingStatisticSummaries",
    },
}


def function(account: Account, role_arn: str) -> Any:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("who.py", "def handler(event, context):\n    return 'here'\n")
    return account.client("lambda").create_function(
        FunctionName="who",
        Role=role_arn,
        Runtime="python3.13",
        Handler="who.handler",
        Code={"ZipFile": packed.getvalue()},
    )


@pytest.mark.contract("iam_trust")
def test_a_function_needs_a_role_that_trusts_lambda(account: Account):
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        function(account, make_role(account, services=("states.amazonaws.com",)))

    assert function(account, make_role(account, services=("lambda.amazonaws.com",)))["FunctionName"] == "who"


@pytest.mark.contract("iam_trust")
def test_a_workflow_needs_a_role_that_trusts_step_functions(account: Account):
    states = account.client("stepfunctions")
    untrusting = make_role(account, services=("lambda.amazonaws.com",))
    trusting = make_role(account, services=("states.amazonaws.com",))

    with pytest.raises(ClientError, match=r"states\.amazonaws\.com") as refused:
        states.create_state_machine(name="m", definition=DEFINITION, roleArn=untrusting)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"

    machine = states.create_state_machine(name="m", definition=DEFINITION, roleArn=trusting)["stateMachineArn"]
    with pytest.raises(ClientError, match=r"states\.amazonaws\.com"):
        states.update_state_machine(stateMachineArn=machine, roleArn=untrusting)


@pytest.mark.parametrize("name", EXPECTED)
def test_managed_policies_hold_what_aws_says(account: Account, name: str):
    iam = account.client("iam")
    found = iam.get_policy(PolicyArn=f"arn:aws:iam::aws:policy/{name}")["Policy"]
    version = iam.get_policy_version(PolicyArn=found["Arn"], VersionId=found["DefaultVersionId"])["PolicyVersion"]

    (statement,) = version["Document"]["Statement"]

    assert set(statement["Action"]) == EXPECTED[name]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] in ("*", ["*"])


def test_a_role_is_assumed_only_by_whom_it_trusts(account: Account):
    caller = role(account, allow("sts:AssumeRole"))
    trusted, untrusted = make_role(account), make_role(account)
    account.client("iam").update_assume_role_policy(
        RoleName=untrusted.rpartition("/")[2], PolicyDocument=trust("lambda.amazonaws.com")
    )
    sts = caller.client("sts")

    assert denial(lambda: sts.assume_role(RoleArn=trusted, RoleSessionName="test")) == ""
    assert "sts:AssumeRole" in denial(lambda: sts.assume_role(RoleArn=untrusted, RoleSessionName="test"))


def test_assuming_a_role_needs_the_right_to_assume_it(account: Account):
    target, other = make_role(account), make_role(account)
    sts = role(account, allow("sts:AssumeRole", target)).client("sts")

    assert denial(lambda: sts.assume_role(RoleArn=target, RoleSessionName="test")) == ""
    assert f"sts:AssumeRole on resource: {other}" in denial(
        lambda: sts.assume_role(RoleArn=other, RoleSessionName="test")
    )


@pytest.mark.contract("iam_principal_arn")
def test_a_condition_on_the_principal_sees_the_role_of_a_session(account: Account):
    caller = role(account, allow("sts:AssumeRole"))
    document = json.loads(trust(account=account.id))
    document["Statement"][0]["Condition"] = {
        "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{account.id}:role/{caller.name}"}
    }
    wanted = account.client("iam").create_role(RoleName="wanted", AssumeRolePolicyDocument=json.dumps(document))

    arn = wanted["Role"]["Arn"]
    assert caller.client("sts").assume_role(RoleArn=arn, RoleSessionName="it")["AssumedRoleUser"]["Arn"]
    stranger = role(account, allow("sts:AssumeRole"))
    assert denial(lambda: stranger.client("sts").assume_role(RoleArn=arn, RoleSessionName="it"))
