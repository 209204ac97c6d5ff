import json
from typing import Any

import pytest

from tests.embedded import Account, Embedded
from tests.emulator.hosts_stage import managed_host, result, send, told


@pytest.mark.contract("run_command")
@pytest.mark.parametrize("allowed", [True, False])
def test_output_goes_to_s3_by_the_role_of_the_host(embedded: Embedded, account: Account, allowed: bool):  # noqa: FBT001 - a parameter of the test
    s3, host, bucket = account.client("s3"), managed_host(account), f"logs-{account.id}"
    s3.create_bucket(Bucket=bucket)
    if allowed:
        statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/runs/7/*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        account.client("iam").put_role_policy(RoleName="host", PolicyName="logs", PolicyDocument=document)
    told(embedded, account, {"status": "Success", "stdout": "z" * 50_000})

    command_id = send(account, host, "date", OutputS3BucketName=bucket, OutputS3KeyPrefix="runs/7")
    answer = result(account, command_id, host)

    key = f"runs/7/{command_id}/{host}/awsrunShellScript/0.awsrunShellScript/stdout"
    assert answer["Status"] == "Success"
    assert answer["StandardOutputUrl"] == f"https://s3.us-east-1.amazonaws.com/{bucket}/{key}"
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    assert [(each["Key"], each["Size"]) for each in listed] == ([(key, 50_000)] if allowed else [])
    if not allowed:
        [seen] = account.client("ssm").list_command_invocations(CommandId=command_id)["CommandInvocations"]
        assert "AccessDenied" in seen["TraceOutput"]


@pytest.mark.contract("iam_user_ids")
def test_a_host_writes_below_its_own_user_id_and_nowhere_else(embedded: Embedded, account: Account):
    s3, iam, bucket = account.client("s3"), account.client("iam"), f"logs-{account.id}"
    s3.create_bucket(Bucket=bucket)
    first, second = managed_host(account), managed_host(account)
    role = iam.get_role(RoleName="host")["Role"]["RoleId"]
    own = f"arn:aws:s3:::{bucket}/hosts/${{aws:userid}}/*"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": own}]}
    iam.put_role_policy(RoleName="host", PolicyName="logs", PolicyDocument=json.dumps(document))
    told(embedded, account, {"status": "Success", "stdout": "said"})

    for host, where in ((first, first), (first, second), (second, second)):
        prefix = f"hosts/{role}:{where}/{host}"
        result(account, send(account, host, "date", OutputS3BucketName=bucket, OutputS3KeyPrefix=prefix), host)

    written = [each["Key"].split("/")[1:3] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert sorted(written) == sorted([f"{role}:{host}", host] for host in (first, second))


CONTENT: dict[str, Any] = {
    "schemaVersion": "2.2",
    "parameters": {"package": {"type": "String"}, "mode": {"type": "String", "default": "quiet"}},
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "first", "inputs": {"runCommand": ["echo {{ package }} {{mode}}"]}},
        {"action": "aws:runShellScript", "name": "second", "inputs": {"runCommand": ["exit 4"]}},
    ],
}


@pytest.mark.contract("command_documents")
def test_documents_of_the_account_and_of_aws(account: Account):
    ssm = account.client("ssm")
    made = ssm.create_document(Name="install", DocumentType="Command", Content=json.dumps(CONTENT))

    assert made["DocumentDescription"]["PlatformTypes"] == ["Linux", "MacOS"]
    own = {
        each["Name"]
        for each in ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    }
    owned = {
        each["Name"]
        for each in ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Amazon"]}])["DocumentIdentifiers"]
    }
    assert own == {"install"}
    assert {"AWS-RunShellScript", "AWS-RunRemoteScript"} <= owned
    shell = ssm.describe_document(Name="AWS-RunShellScript")["Document"]
    assert [each["Name"] for each in shell["Parameters"]] == ["commands", "workingDirectory", "executionTimeout"]
    assert (shell["Owner"], shell["SchemaVersion"]) == ("Amazon", "1.2")
    with pytest.raises(ssm.exceptions.ClientError, match="AccessDenied"):
        ssm.delete_document(Name="AWS-RunShellScript")


@pytest.mark.contract("command_documents")
def test_a_document_with_two_steps_runs_both_and_tells_each(embedded: Embedded, account: Account):
    ssm, host = account.client("ssm"), managed_host(account)
    ssm.create_document(Name="install", DocumentType="Command", Content=json.dumps(CONTENT))
    told(embedded, account, {"run": True}, document="install")

    command_id = send(account, host, DocumentName="install", Parameters={"package": ["bash"]})

    first = result(account, command_id, host, PluginName="first")
    second = result(account, command_id, host, PluginName="second")
    assert (first["Status"], first["StandardOutputContent"]) == ("Success", "bash quiet\n")
    assert (second["Status"], second["ResponseCode"]) == ("Failed", 4)
    assert ssm.describe_document(Name="AWS-RunShellScript")["Document"]["DefaultVersion"] == "1"
    with pytest.raises(ssm.exceptions.InvalidPluginName):
        ssm.get_command_invocation(CommandId=command_id, InstanceId=host)
