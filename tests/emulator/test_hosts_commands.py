from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.hosts_stage import SHELL, launch, listen, managed, managed_host, result, send, state, told


@pytest.mark.contract("run_command", "command_results")
def test_a_command_nobody_scripted_fails_clearly(account: Account):
    host = managed_host(account)

    answer = result(account, send(account, host, "uptime"), host)

    assert (answer["Status"], answer["ResponseCode"]) == ("Failed", 127)
    assert "not scripted: add hosts/script" in answer["StandardErrorContent"]
    model = account.client("ssm").meta.service_model.operation_model("GetCommandInvocation").output_shape
    assert answer.keys() - {"ResponseMetadata"} == set(model.members)


@pytest.mark.contract("command_results")
def test_scripted_outcomes_come_in_order_by_what_is_asked(embedded: Embedded, account: Account):
    host = managed_host(account, Role="builder")
    bad, good = {"status": "Failed", "exit": 3, "stderr": "no"}, {"status": "Success", "stdout": "x" * 30_000}
    told(embedded, account, bad, good, document=SHELL, contains="dnf upgrade", tag={"Role": "builder"})

    ends = [result(account, send(account, host, "set -e", "dnf upgrade"), host) for _ in range(3)]

    assert [each["ResponseCode"] for each in ends] == [3, 0, 0]
    assert len(ends[1]["StandardOutputContent"]) == 24_000
    assert ends[0]["StandardErrorContent"] == "no"
    assert result(account, send(account, host, "dnf remove"), host)["ResponseCode"] == 127
    with pytest.raises(ValueError, match="Success with exit 1"):
        told(embedded, account, {"status": "Success", "exit": 1})


@pytest.mark.contract("run_command")
def test_a_real_script_really_runs(embedded: Embedded, account: Account):
    host = managed_host(account)
    told(embedded, account, {"run": True})

    answer = result(account, send(account, host, "echo $((6 * 7))", "echo oops >&2", "exit 5"), host)

    assert (answer["StandardOutputContent"], answer["StandardErrorContent"]) == ("42\n", "oops\n")
    assert (answer["Status"], answer["ResponseCode"]) == ("Failed", 5)
    late = send(account, host, "sleep 60", Parameters={"commands": ["sleep 60"], "executionTimeout": ["1"]})
    assert result(account, late, host)["StatusDetails"] == "ExecutionTimedOut"


@pytest.mark.contract("run_command")
def test_exit_194_reboots_the_host_and_runs_the_step_again(embedded: Embedded, account: Account):
    host = managed_host(account)
    told(embedded, account, {"status": "InProgress"}, {"status": "Success", "stdout": "second\n"})
    command_id = send(account, host, "update")
    result(account, command_id, host, "InProgress")

    embedded.tell("hosts/online", account=account.id, instance_id=host, online=False)
    embedded.tell("hosts/release", account=account.id, outcome={"exit": 194, "stdout": "first\n"})
    eventually(lambda: result(account, command_id, host, "InProgress")["StandardOutputContent"] == "first\n")
    assert managed(account) == {host: "ConnectionLost"}
    embedded.tell("hosts/online", account=account.id, instance_id=host, online=True)

    answer = result(account, command_id, host)
    assert (answer["Status"], answer["StandardOutputContent"]) == ("Success", "first\nsecond\n")
    assert state(account, host) == "running"


@pytest.mark.contract("run_command")
def test_a_held_command_waits_for_its_release(embedded: Embedded, account: Account):
    host = managed_host(account)
    told(embedded, account, {"status": "InProgress"})
    command_id = send(account, host, "wait")
    result(account, command_id, host, "InProgress")

    embedded.tell("hosts/release", account=account.id, command_id=command_id, outcome={"status": "TimedOut"})

    answer = result(account, command_id, host)
    assert (answer["Status"], answer["StatusDetails"], answer["ResponseCode"]) == ("TimedOut", "ExecutionTimedOut", -1)
    with pytest.raises(ValueError, match="no command is held"):
        embedded.tell("hosts/release", account=account.id)


@pytest.mark.contract("run_command")
def test_a_command_is_cancelled(embedded: Embedded, account: Account):
    ssm, host = account.client("ssm"), managed_host(account)
    told(embedded, account, {"run": True})
    command_id = send(account, host, "sleep 60")
    result(account, command_id, host, "InProgress")

    ssm.cancel_command(CommandId=command_id)

    assert result(account, command_id, host)["Status"] == "Cancelled"
    assert ssm.list_commands(CommandId=command_id)["Commands"][0]["Status"] == "Cancelled"
    with pytest.raises(ssm.exceptions.InvalidCommandId):
        ssm.cancel_command(CommandId="0" * 36)


@pytest.mark.contract("run_command")
def test_what_send_command_refuses(account: Account):
    ssm, host, silent = account.client("ssm"), managed_host(account), launch(account)
    refused: list[tuple[str, dict[str, Any]]] = [
        ("InvalidInstanceId", {"InstanceIds": [silent]}),
        ("InvalidInstanceId", {"InstanceIds": ["i-0123456789abcdef0"]}),
        ("DuplicateInstanceId", {"InstanceIds": [host, host]}),
        ("InvalidDocument", {"DocumentName": "nobody-wrote-this"}),
        ("InvalidDocumentVersion", {"DocumentVersion": "7"}),
        ("InvalidParameters", {"Parameters": {}}),
        ("InvalidParameters", {"Parameters": {"commands": ["date"], "colour": ["red"]}}),
        ("InvalidOutputFolder", {"OutputS3BucketName": "nobody-made-this"}),
        ("ValidationException", {"Targets": [{"Key": "tag:Role", "Values": ["x"]}]}),
        ("ValidationException", {"DocumentName": "AWS-RunPatchBaseline"}),
    ]
    for code, asked in refused:
        with pytest.raises(ClientError) as caught:
            send(account, host, "date", **asked)
        assert caught.value.response["Error"]["Code"] == code, asked
    with pytest.raises(ssm.exceptions.InvocationDoesNotExist):
        ssm.get_command_invocation(CommandId="0" * 36, InstanceId=host)


@pytest.mark.contract("command_results")
def test_targets_by_tag_and_the_lists(embedded: Embedded, account: Account):
    ssm, web = account.client("ssm"), {managed_host(account, Role="web") for _ in range(2)}
    managed_host(account, Role="db")
    told(embedded, account, {"status": "Success", "stdout": "y" * 3_000})
    targets = {"Targets": [{"Key": "tag:Role", "Values": ["web"]}], "InstanceIds": []}

    command_id = send(account, "", "date", **targets)
    nobody = send(account, "", "date", Targets=[{"Key": "tag:Role", "Values": ["none"]}], InstanceIds=[])

    def command() -> dict[str, Any]:
        listed: dict[str, Any] = ssm.list_commands(CommandId=command_id)["Commands"][0]
        return listed

    eventually(lambda: command()["Status"] == "Success")
    assert (command()["TargetCount"], command()["CompletedCount"], command()["ErrorCount"]) == (2, 2, 0)
    page = ssm.list_command_invocations(CommandId=command_id, Details=True, MaxResults=1)
    rest = ssm.list_command_invocations(CommandId=command_id, NextToken=page["NextToken"])
    invocations = page["CommandInvocations"] + rest["CommandInvocations"]
    assert {each["InstanceId"] for each in invocations} == web
    assert len(page["CommandInvocations"][0]["CommandPlugins"][0]["Output"]) == 2_500
    assert ssm.list_commands(CommandId=nobody)["Commands"][0]["StatusDetails"] == "NoInstancesInTag"
    assert ssm.list_command_invocations(CommandId=nobody)["CommandInvocations"] == []


@pytest.mark.contract("run_command")
def test_a_command_tells_each_of_its_states(embedded: Embedded, account: Account):
    kinds = ["EC2 Command Status-change Notification", "EC2 Command Invocation Status-change Notification"]
    hear, host = listen(account, *kinds), managed_host(account)
    told(embedded, account, {"status": "Success"})

    command_id = send(account, host, "date")

    eventually(lambda: len(hear()) >= 4)
    states = {(each["detail-type"], each["detail"]["status"]) for each in hear()}
    assert states == {(kind, status) for kind in kinds for status in ("InProgress", "Success")}
    one = next(each for each in hear() if each["detail-type"] == kinds[1])
    assert one["source"] == "aws.ssm"
    assert one["resources"] == [f"arn:aws:ec2:us-east-1:{account.id}:instance/{host}"]
    assert one["detail"].keys() == {"command-id", "document-name", "instance-id", "requested-date-time", "status"}
    whole = next(each for each in hear() if each["detail-type"] == kinds[0])["detail"]
    assert (whole["command-id"], whole["parameters"]["commands"]) == (command_id, ["date"])


@pytest.mark.contract("run_command")
def test_a_host_that_ends_under_its_command_fails_it(embedded: Embedded, account: Account):
    host = managed_host(account)
    told(embedded, account, {"status": "InProgress"})
    command_id = send(account, host, "wait")
    result(account, command_id, host, "InProgress")

    account.client("ec2").terminate_instances(InstanceIds=[host])

    assert result(account, command_id, host)["StatusDetails"] == "Undeliverable"
