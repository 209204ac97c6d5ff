"""Every boto3 call is checked against botocore's models, and each kind of fault is found where it is put in."""

import shutil
from pathlib import Path

import pytest

from checks.calls import calls, check
from tests.checks.undoing import undone
from tests.embedded import ROOT

CHECKED = 275
"""The calls that were checked when this was written: coverage must not fall in silence."""

UNCHECKED = {
    "getattr(self.ec2, xform_name(operation))": "Steps._call: each operation that it is given is checked instead",
    "client.get_paginator(operation).paginate(**parameters)": "likewise",
    "client.get_paginator(operation)": "Place.pages: each call of it is checked instead",
}

LAYER = "layers/goldsmith/goldsmith/"
FAULTS = {
    "operation": (
        f"{LAYER}act/host/terminate.py", "ec2.terminate_instances(", "ec2.terminate_instance(",
        "ec2 has no operation terminate_instance: write terminate_instances",
    ),
    "parameter": (
        f"{LAYER}act/retire/orphans.py", "delete_snapshot(SnapshotId=", "delete_snapshot(SnapshotID=",
        "ec2 DeleteSnapshot takes no SnapshotID: write SnapshotId",
    ),
    "required parameter": (
        f"{LAYER}act/host/terminate.py", "get_console_output(InstanceId=instance_id)", "get_console_output()",
        "ec2 GetConsoleOutput lacks the required parameter InstanceId",
    ),
    "nested parameter": (
        f"{LAYER}act/distribute/copy.py", '[{"Key": Tag.IMAGE.value', '[{"Keys": Tag.IMAGE.value',
        "ec2 CreateTags takes no Tags[].Keys: write Key",
    ),
    "parameter in a mapping that a function returns": (
        f"{LAYER}act/distribute/copy.py", '"SourceImageId": ', '"SourceImage": ',
        "ec2 CopyImage takes no SourceImage: write SourceImageId",
    ),
    "parameter in a mapping that a variable holds": (
        f"{LAYER}act/recipe/schedule.py", '{"Mode": "OFF"}', '{"Modus": "OFF"}',
        "scheduler UpdateSchedule takes no FlexibleTimeWindow.Modus: write Mode",
    ),
    "value": (
        f"{LAYER}gather/usage/sharing.py", 'Attribute="launchPermission"', 'Attribute="launchPermissions"',
        "ec2 DescribeImageAttribute Attribute does not take 'launchPermissions'",
    ),
    "type": (
        f"{LAYER}gather/image.py", "IncludeDisabled=True", 'IncludeDisabled="yes"',
        "ec2 DescribeImages IncludeDisabled is a boolean, not 'yes'",
    ),
    "result key": (
        f"{LAYER}gather/image.py", 'IncludeDisabled=True)["Images"]', 'IncludeDisabled=True)["Image"]',
        "DescribeImagesResult has no Image: write Images",
    ),
    "result key of a page": (
        f"{LAYER}act/run/fail.py", 'page["Snapshots"]', 'page["SnapShots"]',
        "DescribeSnapshotsResult has no SnapShots: write Snapshots",
    ),
    "result key of a variable": (
        f"{LAYER}act/recipe/accept.py", 'body=None, at=found["LastModified"]', 'body=None, at=found["Modified"]',
        "HeadObjectOutput has no Modified: write LastModified",
    ),
    "paginator": (
        f"{LAYER}act/host/send.py", 'get_paginator("list_commands")', 'get_paginator("send_command")',
        "ssm cannot paginate send_command",
    ),
    "paginator's parameter": (
        f"{LAYER}act/host/send.py", "paginate(InstanceId=", "paginate(Instance=",
        "ssm ListCommands takes no Instance: write InstanceId",
    ),
    "place's operation": (
        f"{LAYER}gather/usage/fleets.py", '"describe_fleets"', '"describe_fleet"',
        "ec2 cannot paginate describe_fleet: write describe_fleets",
    ),
    "place's key": (
        f"{LAYER}gather/usage/fleets.py", '"Fleets"', '"fleets"', "DescribeFleetsResult has no fleets: write Fleets",
    ),
    "place's parameter out of range": (
        f"{LAYER}gather/usage/launch_templates.py", "MaxResults=200, **", "MaxResults=201, **",
        "ec2 DescribeLaunchTemplates MaxResults takes 1 to 200, not 201",
    ),
    "operation given by name": (
        f"{LAYER}act/retire/steps.py", '"CreateImageUsageReport"', '"CreateUsageReport"',
        "ec2 has no operation CreateUsageReport",
    ),
    "exception": (
        f"{LAYER}ledger/items.py", "ConditionalCheckFailedException", "ConditionalCheckFailed",
        "dynamodb has no exception ConditionalCheckFailed: write ConditionalCheckFailedException",
    ),
    "operation of an unnamed client": (
        f"{LAYER}gather/usage/beanstalk.py", "client.describe_applications(", "client.describe_application(",
        "elasticbeanstalk has no operation describe_application: write describe_applications",
    ),
    "operation in the command line": (
        "goldsmith_cli/deployment.py", ".get_caller_identity()", ".get_caller_id()",
        "sts has no operation get_caller_id",
    ),
    "service": (
        "functions/start_scan/app.py", 'client("inspector2")', 'client("inspect")', "boto3 has no service inspect",
    ),
    "workflow's operation": (
        "workflows/build.asl.yaml", "ec2:stopInstances", "ec2:stopInstance",
        "ec2 has no operation stopInstance: write stopInstances",
    ),
    "workflow's argument": (
        "workflows/build.asl.yaml", "{InstanceIds: [", "{instanceIds: [",
        "ec2 StopInstances takes no instanceIds: write InstanceIds",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def now():
    return calls(ROOT)


def alone(tmp_path: Path, path: str) -> Path:
    """A checkout with one of our files and no other: quicker to read than all."""
    (tmp_path / path).parent.mkdir(parents=True)
    shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def written(tmp_path: Path, text: str) -> Path:
    """A checkout with one new file."""
    (tmp_path / "goldsmith_cli").mkdir()
    (tmp_path / "goldsmith_cli/new.py").write_text(text)
    return tmp_path


def test_the_product_calls_only_what_exists(now):
    assert now.problems == []


def test_no_call_is_left_out_in_silence(now):
    assert len(now.checked) >= CHECKED
    assert {each.what for each in now.unchecked} == set(UNCHECKED)


def test_a_call_of_which_no_service_is_known_is_listed(tmp_path):
    root = written(tmp_path, "def look(client):\n    return client.describe_everything()\n")

    assert [each.what for each in calls(root).unchecked] == ["client.describe_everything()"]


@pytest.mark.parametrize(("path", "right", "wrong", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(tmp_path, path, right, wrong, said):
    root = alone(tmp_path, path)
    assert not list(check(root))

    line = undone(root, path, right, wrong)

    assert any((each.path, each.line) == (path, line) and said in each.message for each in check(root))


def in_workflow(tmp_path: Path, resource: str, arguments: str) -> Path:
    """A checkout with one workflow of one task, on the lines 2 to 5."""
    text = f"States:\n  Say:\n    Type: Task\n    Resource: arn:aws:states:::{resource}\n    Arguments: {arguments}\n"
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows/say.asl.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("resource", "arguments", "line", "said"),
    [
        (
            "events:putEvents",
            "{Entries: [{DetailTyp: x}]}",
            5,
            "events PutEvents takes no Entries.DetailTyp: write DetailType",
        ),
        ("events:putEvents", "{}", 5, "events PutEvents lacks the required parameter Entries"),
        ("lambda:invoke", "{Payload: {}}", 5, "lambda Invoke lacks the required parameter FunctionName"),
        (
            "aws-sdk:sfn:startExecution",
            "{StateMachineArn: x, Inputs: x}",
            5,
            "StartExecution takes no Inputs: write Input",
        ),
        (
            "aws-sdk:eks:listNodegroups",
            "{clusterName: x}",
            5,
            "eks ListNodegroups takes no clusterName: write ClusterName",
        ),
        ("aws-sdk:ec3:stopInstances", "{}", 4, "ec3 has no operation stopInstances"),
    ],
)
def test_a_fault_in_a_task_is_found(tmp_path, resource, arguments, line, said):
    found = [*check(in_workflow(tmp_path, resource, arguments))]

    assert any(each.line == line and said in each.message for each in found), found


def test_arguments_that_only_the_run_knows_are_left_alone(tmp_path):
    root = in_workflow(tmp_path, "aws-sdk:ec2:stopInstances", '"{% $asked %}"')

    assert not list(check(root))
    assert [each.what for each in calls(root).checked] == ["ec2.StopInstances"]


def test_a_task_of_another_kind_is_listed(tmp_path):
    root = in_workflow(tmp_path, "http:invoke", "{}")

    assert [each.what for each in calls(root).unchecked] == ["arn:aws:states:::http:invoke"]


def test_what_is_called_like_a_client_and_is_none_is_left_alone(tmp_path):
    text = """
import re


def names(events: list[str], pattern):
    events.append(pattern.search("a"))
    return events.sort(key=re.compile("a").search)
"""
    assert not list(check(written(tmp_path, text)))
