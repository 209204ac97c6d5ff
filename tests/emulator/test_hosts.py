from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.hosts_stage import CORE, base, launch, listen, managed, managed_host, profile, state


@pytest.mark.contract("instance_states")
def test_an_instance_passes_through_its_states_and_tells_each(account: Account):
    ec2, hear = account.client("ec2"), listen(account, "EC2 Instance State-change Notification")
    instance_id = launch(account)
    eventually(lambda: state(account, instance_id) == "running")
    stopping = ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"][0]
    assert (stopping["PreviousState"]["Name"], stopping["CurrentState"]["Name"]) == ("running", "stopping")
    eventually(lambda: state(account, instance_id) == "stopped")
    ec2.terminate_instances(InstanceIds=[instance_id])
    eventually(lambda: state(account, instance_id) == "terminated")

    told = {"pending", "running", "stopping", "stopped", "shutting-down", "terminated"}
    eventually(lambda: {each["detail"]["state"] for each in hear()} == told)

    first = hear()[0]
    assert first["resources"] == [f"arn:aws:ec2:us-east-1:{account.id}:instance/{instance_id}"]
    assert first["detail"].keys() == {"instance-id", "state"}
    with pytest.raises(ClientError, match="IncorrectInstanceState"):
        ec2.start_instances(InstanceIds=[instance_id])


@pytest.mark.contract("instance_profiles")
def test_every_instance_of_a_launch_gets_the_profile_of_iam(account: Account):
    ec2, name = account.client("ec2"), profile(account)
    data = {"ImageId": base(account), "IamInstanceProfile": {"Name": name}}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    arn = f"arn:aws:iam::{account.id}:instance-profile/host"

    asked: list[dict[str, Any]] = [
        {"ImageId": base(account), "IamInstanceProfile": {"Arn": arn}},
        {"LaunchTemplate": {"LaunchTemplateName": "web"}},
    ]
    for each in asked:
        run = ec2.run_instances(MinCount=2, MaxCount=2, **each)["Instances"]
        ids = [instance["InstanceId"] for instance in run]
        described = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"]
        assert [instance["IamInstanceProfile"]["Arn"] for instance in described][-1] == arn
    with pytest.raises(ClientError, match="Invalid IAM Instance Profile name"):
        launch(account, "nobody")


@pytest.mark.contract("managed_instances", "ssm_operations")
def test_only_a_host_whose_role_allows_it_reports(account: Account):
    silent = launch(account, profile(account, "silent"))
    bare = launch(account)

    host = managed_host(account)

    assert managed(account) == {host: "Online"}
    account.client("iam").attach_role_policy(RoleName="silent", PolicyArn=CORE)
    eventually(lambda: managed(account) == {host: "Online", silent: "Online"})
    assert bare not in managed(account)


@pytest.mark.contract("managed_instances")
def test_a_stopped_host_loses_its_connection_and_a_terminated_one_is_forgotten(account: Account):
    ec2, host, other = account.client("ec2"), managed_host(account), managed_host(account)

    ec2.stop_instances(InstanceIds=[host])
    ec2.terminate_instances(InstanceIds=[other])

    assert managed(account) == {host: "ConnectionLost"}
    eventually(lambda: state(account, host) == "stopped")
    ec2.start_instances(InstanceIds=[host])
    eventually(lambda: managed(account) == {host: "Online"})


@pytest.mark.contract("managed_instances")
def test_managed_instances_are_filtered_paged_and_as_the_model_says(account: Account):
    ssm, hosts = account.client("ssm"), {managed_host(account, Role=str(number)) for number in range(6)}

    page = ssm.describe_instance_information(MaxResults=5)
    rest = ssm.describe_instance_information(MaxResults=5, NextToken=page["NextToken"])

    told = page["InstanceInformationList"] + rest["InstanceInformationList"]
    assert {each["InstanceId"] for each in told} == hosts
    one = min(hosts)
    assert managed(account, Filters=[{"Key": "InstanceIds", "Values": [one]}]) == {one: "Online"}
    assert managed(account, Filters=[{"Key": "tag:Role", "Values": ["1", "2"]}]).keys() < hosts
    assert managed(account, Filters=[{"Key": "PingStatus", "Values": ["ConnectionLost"]}]) == {}
    with pytest.raises(ClientError, match="InvalidFilterKey"):
        managed(account, Filters=[{"Key": "Colour", "Values": ["red"]}])


@pytest.mark.contract("managed_instances")
def test_a_host_stays_silent_until_it_is_told_to_report(embedded: Embedded, account: Account):
    embedded.tell("hosts/online", account=account.id, ami=base(account), online=False)
    host = launch(account, profile(account, "host", CORE))
    ec2 = account.client("ec2")
    eventually(lambda: ec2.describe_instance_status(InstanceIds=[host])["InstanceStatuses"][0:1])
    eventually(lambda: ec2.describe_instance_status()["InstanceStatuses"][0]["SystemStatus"]["Status"] == "ok")
    assert managed(account) == {}

    embedded.tell("hosts/online", account=account.id, instance_id=host, online=True)

    assert managed(account) == {host: "Online"}
    with pytest.raises(ValueError, match="True, False"):
        embedded.tell("hosts/online", account=account.id, online="maybe")


@pytest.mark.contract("status_checks")
def test_status_checks_are_ok_after_the_boot_or_as_told(embedded: Embedded, account: Account):
    ec2, host = account.client("ec2"), launch(account)

    def checks() -> tuple[str, str]:
        asked = ec2.describe_instance_status(InstanceIds=[host], IncludeAllInstances=True)
        seen = asked["InstanceStatuses"][0]
        return seen["SystemStatus"]["Status"], seen["InstanceStatus"]["Status"]

    eventually(lambda: checks() == ("ok", "ok"))

    embedded.tell("hosts/status", account=account.id, instance_id=host, instance="impaired")

    assert checks() == ("ok", "impaired")
    ec2.stop_instances(InstanceIds=[host])
    assert checks() == ("not-applicable", "not-applicable")


@pytest.mark.contract("console_output")
def test_the_console_shows_what_the_world_says(embedded: Embedded, account: Account):
    ec2, host = account.client("ec2"), launch(account)
    assert "Output" not in ec2.get_console_output(InstanceId=host)

    embedded.tell("hosts/console", account=account.id, instance_id=host, output="Kernel panic\n")

    assert ec2.get_console_output(InstanceId=host)["Output"] == "Kernel panic\n"


@pytest.mark.contract("ssm_operations")
def test_what_systems_manager_does_not_model_says_so(account: Account):
    ssm = account.client("ssm")

    for call in (ssm.describe_ops_items, ssm.list_associations, ssm.describe_automation_executions):
        with pytest.raises(ClientError, match="not modelled") as caught:
            call()
        assert caught.value.response["ResponseMetadata"]["RequestId"]
