"""Each fault that AWS or a reader found in the templates, put back: `make lint` names it with file and line."""

from pathlib import Path

import pytest

from checks import reading, templates
from checks.names import DELIBERATE
from checks.problem import Problem
from checks.transformed import Template
from tests.checks.undoing import copy, found_by, undone
from tests.embedded import ROOT

SWEEP = """            OmitName: true
            ScheduleExpression: rate(1 hour)
            Input: '{"sweep": true}'
            RetryPolicy: {MaximumRetryAttempts: 2}
            DeadLetterConfig: {Arn: !GetAtt Undelivered.Arn}
"""
NOTICE = SWEEP.replace("!GetAtt Undelivered.Arn", "!Ref UndeliveredArn")
TRACES = """            - !If  # SAM adds these rights only if Enabled is a literal true
              - Traced
              - Effect: Allow
                Action:
                  - xray:GetSamplingRules
                  - xray:GetSamplingTargets
                  - xray:PutTelemetryRecords
                  - xray:PutTraceSegments
                Resource: "*"  # traces take no resource
              - !Ref AWS::NoValue
"""
FORWARDED = """      EventPattern: {source: [aws.inspector2], detail-type: [Inspector2 OnDemand Scan Complete]}
      Targets:
        - Id: home
          Arn: !Ref HomeBus
          RoleArn: !GetAtt Forwarder.Arn
          DeadLetterConfig: {Arn: !GetAtt Undelivered.Arn}
"""
SILENT = "      AlarmActions: [!GetAtt NotifyStack.Outputs.PlatformTopic]\n"
WATCHED = "      MetricName: ApproximateNumberOfMessagesVisible\n"
KEPT = """      EventInvokeConfig:
        DestinationConfig: {OnFailure: {Type: SQS, Destination: !Ref UndeliveredArn}}
"""

UNDOINGS = {
    "a schedule with the name that SAM gives it": (
        "template.yaml", SWEEP, SWEEP.replace("            OmitName: true\n", ""),
        "Sweep:", "Name of AWS::Scheduler::Schedule is fixed",
    ),
    "a schedule whose failures are dropped": (
        "stacks/adopt.yaml", NOTICE, "".join(NOTICE.splitlines(keepends=True)[:-1]),
        "LookAround:", "what DetectImageLookAround cannot deliver is dropped",
    ),
    "a queue that EventBridge may not send to": (
        "region.yaml", "      Queues: [!Ref Undelivered]\n", "      Queues: [!Ref HomeBus]\n",
        "  Undelivered:", "no queue policy lets EventBridge send to Undelivered",
    ),
    "a role that is denied what it needs for traces": (
        "stacks/adopt.yaml", TRACES, TRACES.replace("Effect: Allow", "Effect: Deny"),
        "Tracing:", "Adopt is traced, and its role lacks",
    ),
    "a topic with a name of its own": (
        "stacks/notify.yaml", '{TopicName: !Sub "${Name}-platform"}', "{TopicName: goldsmith-platform}",
        "Properties: {TopicName", "TopicName of AWS::SNS::Topic is fixed",
    ),
    "a bus whose name a parameter of the template sets": (
        "template.yaml", "      Name: !Ref AWS::StackName\n\n  Members", "      Name: !Ref RetireSchedule\n\n  Members",
        "Name: !Ref RetireSchedule", "Name of AWS::Events::EventBus is fixed",
    ),
    "a nested stack that is told another name": (
        "template.yaml", "      Location: stacks/promote.yaml\n      Parameters:\n        Name: !Ref AWS::StackName\n",
        "      Location: stacks/promote.yaml\n      Parameters:\n        Name: goldsmith\n",
        "Name: goldsmith", "Pass !Ref AWS::StackName",
    ),
    "a layer with the name that SAM gives it": (
        "template.yaml", "      LayerName: !Ref AWS::StackName\n", "",
        "GoldsmithLayer:", "LayerName of AWS::Lambda::LayerVersion is fixed",
    ),
    "a workflow that may not write traces": (
        "stacks/promote.yaml", TRACES, "",
        "Tracing: {Enabled", "Promote is traced, and its role lacks xray:GetSamplingRules, xray:GetSampling",
    ),
    "an alarm that tells nobody": (
        "template.yaml", SILENT, "",
        "UndeliveredAlarm:", "the alarm UndeliveredAlarm has no action",
    ),
    "a queue of a region that no alarm watches": (
        "region.yaml", WATCHED, "      MetricName: ApproximateAgeOfOldestMessage\n",
        "  Undelivered:", "no alarm watches the queue Undelivered",
    ),
    "a rule whose failures are dropped": (
        "region.yaml", FORWARDED, "".join(FORWARDED.splitlines(keepends=True)[:-1]),
        "ScanEnded:", "what ScanEnded cannot deliver is dropped",
    ),
    "a function that is invoked asynchronously and forgets": (
        "stacks/notify.yaml", KEPT, "",
        "  Notify:", "Notify is invoked asynchronously",
    ),
    "an exception for a name that is not fixed any more": (
        "region.yaml", "{AliasName: alias/goldsmith,", '{AliasName: !Sub "alias/${AWS::StackName}",',
        "AWSTemplateFormatVersion", "KeyAlias has no fixed name any more",
    ),
    "a template that SAM refuses": (
        "stacks/build.yaml", "      DefinitionUri: ../workflows/build.asl.yaml\n", "",
        "AWSTemplateFormatVersion", "SAM refuses this template: Resource with id [Build] is invalid.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All faults at once: SAM is asked a single time."""
    root = copy(tmp_path_factory.mktemp("templates"))
    for path, new, old, _, _ in UNDOINGS.values():
        undone(root, path, new, old)
    return root


@pytest.fixture(scope="module")
def found(checkout: Path) -> list[Problem]:
    return found_by(templates.check, checkout)


def test_the_templates_of_this_checkout_have_no_problem():
    assert found_by(templates.check, ROOT) == []


@pytest.mark.parametrize("fault", UNDOINGS)
def test_a_fault_that_is_put_back_is_named(checkout: Path, found: list[Problem], fault: str):
    path, _, _, line, message = UNDOINGS[fault]

    (problem,) = [each for each in found if each.path == path and message in each.message]

    assert line in (checkout / path).read_text().splitlines()[problem.line - 1]


def test_nothing_else_is_named(found: list[Problem]):
    assert len(found) == len(UNDOINGS)
    assert all(DELIBERATE.values())


def test_an_alarm_on_another_services_metric_watches_no_queue(tmp_path: Path):
    root = copy(tmp_path)
    undone(root, "region.yaml", "      Namespace: AWS/SQS\n", "      Namespace: AWS/SNS\n")

    (problem,) = found_by(templates.check, root)

    assert problem.message.startswith("no alarm watches the queue Undelivered")


SCHEDULE = """
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [STATEMENT]}}]}}
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      Target: {Arn: !Ref AWS::StackId, RoleArn: !GetAtt Role.Arn, DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}
"""


@pytest.mark.parametrize(
    ("queue", "problems"), [("Dead", []), ("Other", ["Nightly has a DeadLetterConfig, and its role may not"])]
)
def test_a_schedule_sends_to_its_queue_as_its_role(tmp_path: Path, queue: str, problems: list[str]):
    statement = f"{{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt {queue}.Arn}}"
    file = tmp_path / "template.yaml"
    file.write_text(SCHEDULE.replace("STATEMENT", statement))
    written = reading.template(file)

    found = list(templates.lossy(Template("template.yaml", written, written)))

    assert [each.message[: len(message)] for each, message in zip(found, problems, strict=True)] == problems
    assert [each.line for each in found] == [4 for _ in problems]
