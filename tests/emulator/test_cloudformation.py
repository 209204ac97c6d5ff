import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.emulator.stacks import delete, of, settled, stack


@pytest.mark.contract("cfn_launch_template")
def test_a_launch_template_is_made_versioned_and_deleted_where_ec2_is(account: Account):
    ec2 = account.client("ec2")
    for size in ("t3.micro", "t3.large"):
        it = stack(account, of("AWS::EC2::LaunchTemplate", LaunchTemplateData={"InstanceType": size}))

    (template,) = ec2.describe_launch_templates(LaunchTemplateIds=[it])["LaunchTemplates"]
    assert (template["DefaultVersionNumber"], template["LatestVersionNumber"]) == (1, 2)
    (latest,) = ec2.describe_launch_template_versions(LaunchTemplateId=it, Versions=["$Latest"])[
        "LaunchTemplateVersions"
    ]
    assert latest["LaunchTemplateData"]["InstanceType"] == "t3.large"

    assert delete(account) == "DELETE_COMPLETE"
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []


def test_another_name_replaces_a_launch_template(account: Account):
    for name in ("one", "two"):
        stack(account, of("AWS::EC2::LaunchTemplate", LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-1"}))

    names = [
        each["LaunchTemplateName"] for each in account.client("ec2").describe_launch_templates()["LaunchTemplates"]
    ]
    assert names == ["two"]


@pytest.mark.contract("cfn_auto_scaling_group")
def test_an_auto_scaling_group_lives_where_its_launch_template_does(account: Account):
    ec2 = account.client("ec2")
    data = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
    template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)["LaunchTemplate"]
    tags = [{"Key": "team", "Value": "web", "PropagateAtLaunch": True}]
    for most in ("1", "2"):
        group = stack(
            account,
            of(
                "AWS::AutoScaling::AutoScalingGroup", MinSize="0", MaxSize=most, DesiredCapacity="0", Tags=tags,
                AvailabilityZones=["us-east-1a"], Cooldown="60",
                LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "1"},
            ),
        )  # fmt: skip

    (found,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (found["AutoScalingGroupName"], found["MaxSize"], found["DefaultCooldown"]) == (group, 2, 60)
    assert "team" in [tag["Key"] for tag in found["Tags"]]
    assert delete(account) == "DELETE_COMPLETE"
    assert account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []


@pytest.mark.contract("cfn_ssm_document")
def test_an_ssm_document_is_made_and_gets_a_version(account: Account):
    ssm = account.client("ssm")
    for command in ("true", "false"):
        content = {
            "schemaVersion": "2.2",
            "description": "d",
            "mainSteps": [{"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": [command]}}],
        }
        kind = {"DocumentType": "Command", "UpdateMethod": "NewVersion"}
        it = stack(account, of("AWS::SSM::Document", Name="run", Content=content, **kind))

    found = ssm.get_document(Name=it)
    assert json.loads(found["Content"])["mainSteps"][0]["inputs"]["runCommand"] == ["false"]
    assert delete(account) == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="InvalidDocument"):
        ssm.get_document(Name=it)


@pytest.mark.contract("cfn_events_archive")
def test_an_archive_keeps_what_its_pattern_says(account: Account):
    events = account.client("events")
    for days in (7, 8):
        source = {"Fn::GetAtt": ["Bus", "Arn"]}
        archive = of(
            "AWS::Events::Archive", SourceArn=source, RetentionDays=days, EventPattern={"source": ["goldsmith"]}
        )
        it = stack(account, archive, Bus=of("AWS::Events::EventBus", Name="bus"))

    found = events.describe_archive(ArchiveName=it)
    assert (found["RetentionDays"], json.loads(found["EventPattern"])) == (8, {"source": ["goldsmith"]})
    assert delete(account) == "DELETE_COMPLETE"
    assert events.list_archives()["Archives"] == []


def test_a_type_that_is_not_known_is_refused_before_anything_is_made(account: Account):
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::ImageBuilder::Image\]"):
        stack(account, of("AWS::ImageBuilder::Image"))


def test_a_failed_create_rolls_back_what_was_made(account: Account):
    with pytest.raises(
        AssertionError, match="not modelled by the embedded AWS: AWS::S3::Bucket ReplicationConfiguration"
    ):
        stack(
            account,
            of("AWS::S3::Bucket", ReplicationConfiguration={}) | {"DependsOn": "Queue"},
            Queue=of("AWS::SQS::Queue"),
        )

    assert settled(account) == "ROLLBACK_COMPLETE"
    assert not account.client("sqs").list_queues().get("QueueUrls")


@pytest.mark.contract("cfn_retention_rule")
def test_a_retention_rule_is_made_changed_and_deleted(account: Account):
    bin_ = account.client("rbin")
    for days in (7, 9):
        period = {"RetentionPeriodValue": str(days), "RetentionPeriodUnit": "DAYS"}
        stack(account, of("AWS::Rbin::Rule", ResourceType="EC2_IMAGE", RetentionPeriod=period))

    (rule,) = bin_.list_rules(ResourceType="EC2_IMAGE")["Rules"]
    assert rule["RetentionPeriod"] == {"RetentionPeriodValue": 9, "RetentionPeriodUnit": "DAYS"}
    assert delete(account) == "DELETE_COMPLETE"
    assert bin_.list_rules(ResourceType="EC2_IMAGE")["Rules"] == []
