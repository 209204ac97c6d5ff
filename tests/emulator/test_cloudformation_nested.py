"""A SAM application within a SAM template, deployed as `sam deploy` would: the one template says all by a parameter."""

import uuid
from pathlib import Path

import pytest

from sandbox.deploy import DeploymentError, deploy
from tests.embedded import Account, eventually
from tests.emulator.stacks import of, refused

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Says: {Type: String}
Resources:
  Part:
    Type: AWS::Serverless::Application
    Properties: {Location: stacks/part.yaml, Parameters: {Says: !Ref Says}}
Outputs:
  Name: {Value: !GetAtt Part.Outputs.Name}
  Queue: {Value: !GetAtt Part.Outputs.Queue}
"""
PART = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Says: {Type: String}
Conditions:
  Fails: !Equals [!Ref Says, failure]
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Hello:
    Type: AWS::Serverless::Function
    Metadata: {SkipBuild: true}
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: ../functions/hello
      Environment: {Variables: {SAYS: !Ref Says}}
  Refused:
    Type: AWS::S3::Bucket
    Condition: Fails
    DependsOn: Hello
    Properties: {ReplicationConfiguration: {}}
Outputs:
  Name: {Value: !Ref Hello}
  Queue: {Value: !GetAtt Queue.Arn}
"""
HANDLER = 'import os\n\n\ndef handler(event, context):\n    return os.environ["SAYS"]\n'
DELETED = {"DELETE_COMPLETE"}
REASON = "Refused: not modelled by the embedded AWS: AWS::S3::Bucket ReplicationConfiguration"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    files = {"template.yaml": TEMPLATE, "stacks/part.yaml": PART, "functions/hello/app.py": HANDLER}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "template.yaml"


def deployed(account: Account, template: Path, says: str) -> dict[str, str]:
    return deploy(account.endpoint, account.id, template=template, stack="outer", parameters={"Says": says})


def said(account: Account, outputs: dict[str, str]) -> str:
    answer: bytes = account.client("lambda").invoke(FunctionName=outputs["Name"])["Payload"].read()
    return answer.decode().strip('"')


def left(account: Account) -> list[str]:
    functions = [each["FunctionName"] for each in account.client("lambda").list_functions()["Functions"]]
    roles = [each["RoleName"] for each in account.client("iam").list_roles()["Roles"]]
    queues = account.client("sqs").list_queues().get("QueueUrls", [])
    return [name for name in [*functions, *roles, *queues] if "outer" in name]


@pytest.mark.contract("cfn_nested_stack")
def test_a_nested_application_is_made_changed_and_deleted(account: Account, template: Path):
    first, second = (deployed(account, template, says) for says in ("first", "second"))

    assert first == second  # what the change did not touch is still known
    assert said(account, second) == "second"
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName="outer")
    eventually(lambda: {each["StackStatus"] for each in cloudformation.list_stacks()["StackSummaries"]} == DELETED)
    assert left(account) == []


def test_no_uploaded_template_names_where_it_was_packaged(account: Account, template: Path):
    deployed(account, template, "first")

    s3, bucket = account.client("s3"), f"goldsmith-artifacts-{account.id}-us-east-1"
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"] if item["Key"].endswith(".template")]
    texts = [s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys]
    assert len(texts) == 2
    assert all(bucket in text for text in texts)
    assert not [text for text in texts if "goldsmith-packaging" in text or account.endpoint in text]


def test_packaging_leaves_no_bucket_that_the_next_account_could_not_make(account: Account, template: Path):
    template.write_text(f"{template.read_text()}# {uuid.uuid4()}: never packaged before\n")

    deployed(account, template, "first")

    names = [each["Name"] for each in account.client("s3").list_buckets()["Buckets"]]
    assert names == [f"goldsmith-artifacts-{account.id}-us-east-1"]


@pytest.mark.contract("cfn_nested_stack")
def test_what_failed_in_a_nested_application_is_told_and_nothing_left(account: Account, template: Path):
    with pytest.raises(DeploymentError, match=r"failed to create: \[Refused\].*" + REASON):
        deployed(account, template, "failure")

    assert left(account) == []
    assert said(account, deployed(account, template, "first")) == "first"


@pytest.mark.contract("cfn_nested_stack")
def test_a_failed_update_of_a_nested_application_takes_it_back(account: Account, template: Path):
    outputs = deployed(account, template, "first")

    with pytest.raises(DeploymentError, match=r"was not successfully updated.*" + REASON):
        deployed(account, template, "failure")

    assert said(account, outputs) == "first"
    assert said(account, deployed(account, template, "second")) == "second"


@pytest.mark.parametrize("lost", ["NotificationARNs", "TimeoutInMinutes"])
def test_what_is_not_modelled_of_a_nested_stack_is_refused(account: Account, lost: str):
    nested = of("AWS::CloudFormation::Stack", TemplateURL="https://s3.amazonaws.com/b/k", **{lost: "1"})

    assert f"not modelled by the embedded AWS: AWS::CloudFormation::Stack {lost}" in refused(account, nested)
