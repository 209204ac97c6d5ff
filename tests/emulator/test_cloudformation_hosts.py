import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import seed
from tests.emulator.functions import function
from tests.emulator.stacks import delete, of, reasons, refused, settled, stack

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443", "CidrIp": "0.0.0.0/0", "Description": "packages"}
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv6": "::/0"}
GUARD = """
import json
import urllib.request

def handler(event, context):
    print("asked to", event["RequestType"])
    status = "SUCCESS" if event["RequestType"] == "Delete" else event["ResourceProperties"]["Answer"]
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": "public AMIs are not blocked", "PhysicalResourceId": "guard"}
    put = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    urllib.request.urlopen(put)
"""


@pytest.mark.contract("cfn_security_group")
def test_a_security_group_has_exactly_the_rules_of_the_template(account: Account, embedded: Embedded):
    ec2, image = account.client("ec2"), seed(embedded, account)
    properties = {"GroupDescription": "Builders", "Tags": [{"Key": "team", "Value": "web"}]}

    for egress in ([HTTPS], [HTTPS, HTTP]):
        it = stack(account, of("AWS::EC2::SecurityGroup", SecurityGroupEgress=egress, **properties))

    (group,) = ec2.describe_security_groups(GroupIds=[it])["SecurityGroups"]
    (default,) = ec2.describe_vpcs()["Vpcs"]
    assert (group["VpcId"], group["IpPermissions"]) == (default["VpcId"], [])
    assert {"Key": "team", "Value": "web"} in group["Tags"]
    allowed = [(rule["FromPort"], rule["IpRanges"], rule["Ipv6Ranges"]) for rule in group["IpPermissionsEgress"]]
    assert allowed == [
        (443, [{"CidrIp": "0.0.0.0/0", "Description": "packages"}], []),
        (80, [], [{"CidrIpv6": "::/0"}]),
    ]
    ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SecurityGroupIds=[it])
    assert delete(account) == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.describe_security_groups(GroupIds=[it])


def test_a_rule_that_is_not_modelled_is_refused(account: Account):
    rule = {"IpProtocol": "-1", "DestinationPrefixListId": "pl-1"}
    group = of("AWS::EC2::SecurityGroup", GroupDescription="g", SecurityGroupEgress=[rule])
    assert "not modelled by the embedded AWS: security group rule with DestinationPrefixListId" in refused(
        account, group
    )


@pytest.mark.contract("cfn_instance_profile")
def test_ref_names_an_instance_profile_and_its_roles_can_be_changed(account: Account):
    iam = account.client("iam")
    other = of("AWS::IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": []})
    for role in ("Role", "Other"):
        it = stack(account, of("AWS::IAM::InstanceProfile", Roles=[{"Ref": role}]), Other=other)

    (profile,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert it == profile["InstanceProfileName"]
    assert [each["RoleName"] for each in profile["Roles"]] == [
        each["RoleName"] for each in iam.list_roles()["Roles"] if "Other" in each["RoleName"]
    ]
    assert delete(account) == "DELETE_COMPLETE"
    assert iam.list_instance_profiles()["InstanceProfiles"] == []


@pytest.mark.contract("cfn_instance_profile")
def test_an_instance_profile_needs_a_role_that_exists(account: Account):
    assert "NoSuchEntity" in refused(account, of("AWS::IAM::InstanceProfile", Roles=["nobody"]))


def test_a_role_id_and_a_schedule_group_are_told(account: Account):
    tags = [{"Key": "id", "Value": {"Fn::GetAtt": ["Role", "RoleId"]}}]
    stack(account, of("AWS::Scheduler::ScheduleGroup", Name="recipes"), Queue=of("AWS::SQS::Queue", Tags=tags))

    (role,) = account.client("iam").list_roles()["Roles"]
    (queue,) = account.client("sqs").list_queues()["QueueUrls"]
    assert account.client("sqs").list_queue_tags(QueueUrl=queue)["Tags"]["id"] == role["RoleId"]
    assert account.client("scheduler").get_schedule_group(Name="recipes")["State"] == "ACTIVE"


def test_a_custom_resource_that_fails_fails_the_stack_with_its_reason(account: Account):
    guard = of("Custom::Guard", ServiceToken=function(account, GUARD), Answer="FAILED")

    assert "public AMIs are not blocked" in refused(account, guard)


def test_a_custom_resource_is_asked_again_when_it_changes_and_when_it_goes(account: Account):
    arn = function(account, GUARD)
    assert stack(account, of("Custom::Guard", ServiceToken=arn, Answer="SUCCESS")) == "guard"
    body = json.dumps({"Resources": {"It": of("Custom::Guard", ServiceToken=arn, Answer="FAILED")}})
    account.client("cloudformation").update_stack(StackName="s", TemplateBody=body)

    assert settled(account) == "UPDATE_ROLLBACK_COMPLETE"
    assert "public AMIs are not blocked" in reasons(account)
    assert delete(account) == "DELETE_COMPLETE"
    logs = account.client("logs")

    def asked() -> list[str]:
        events = logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="asked")["events"]
        return [event["message"].split()[-1] for event in events]

    eventually(lambda: asked()[:1] == ["Create"] and asked()[-1] == "Delete")
