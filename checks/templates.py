"""What collides, what lacks a permission and what nobody would hear of, in templates as SAM transforms them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from checks import reading, transformed
from checks.names import fixed_names
from checks.problem import Problem
from checks.transformed import Properties, Template, statements, target

FUNCTION, MACHINE = "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"
RULE, SCHEDULE = "AWS::Events::Rule", "AWS::Scheduler::Schedule"
WAITING: Final = "ApproximateNumberOfMessagesVisible"

# https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
OF_MACHINES: Final = {
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html#services-xray-permissions
OF_FUNCTIONS: Final = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
MANAGED: Final = ("policy/AWSXRayDaemonWriteAccess", "policy/AWSXrayWriteOnlyAccess")

REFUSED: Final = "SAM refuses this template: {}"
NO_TRACES: Final = (
    "{logical} is traced, and its role lacks {missing}. SAM grants them to a workflow only if Tracing.Enabled is a "
    "literal true: write them into Policies under the same condition"
)
NOBODY_TOLD: Final = "the alarm {logical} has no action, so it tells nobody. Give it AlarmActions"
UNWATCHED: Final = "no alarm watches the queue {logical}. Add an AWS::CloudWatch::Alarm on its " + WAITING
DROPPED: Final = "what {logical} cannot deliver is dropped. Give it a DeadLetterConfig"
NOT_SENT: Final = "{logical} has a DeadLetterConfig, and its role may not sqs:SendMessage to that queue. Grant it"
CLOSED: Final = (
    "no queue policy lets EventBridge send to {logical}, so what rules cannot deliver is lost. Add an "
    "AWS::SQS::QueuePolicy that allows sqs:SendMessage to events.amazonaws.com"
)
FORGOTTEN: Final = (
    "{logical} is invoked asynchronously, and Lambda drops an event that failed to the end of its retries. "
    "Give it EventInvokeConfig.DestinationConfig.OnFailure"
)


def check(root: Path) -> Iterator[Problem]:
    """Problems of the templates below `root`."""
    for template in transformed.templates(root):
        if template.refused:
            yield Problem(template.path, 1, REFUSED.format(template.refused))
            continue
        yield from fixed_names(template)
        yield from _without_traces(template)
        yield from _silent(template)
        yield from lossy(template)
        yield from _closed(template)
        yield from _forgetful(template)


def _without_traces(template: Template) -> Iterator[Problem]:
    """Workflows and functions that may be traced and may not write traces."""
    machines = [
        (name, each, each.get("TracingConfiguration", {}).get("Enabled")) for name, each in template.of(MACHINE)
    ]
    functions = [(name, each, each.get("TracingConfig")) for name, each in template.of(FUNCTION)]
    for needed, found in ((OF_MACHINES, machines), (OF_FUNCTIONS, functions)):
        for logical, each, traced in found:
            role = each.get("RoleArn", each.get("Role"))
            if traced and (missing := needed - _granted(template, role)):
                message = NO_TRACES.format(logical=logical, missing=", ".join(sorted(missing)))
                yield Problem(template.path, template.line(logical, "Tracing"), message)


def _granted(template: Template, role: Any) -> set[str]:
    """The actions of a role's own policies, and X-Ray's where AWS's policy for it is attached."""
    properties = template.resources.get(target(role), {}).get("Properties", {})
    own = {a for s in statements(properties.get("Policies", [])) if s["Effect"] == "Allow" for a in _actions(s)}
    managed = [str(each) for each in properties.get("ManagedPolicyArns", [])]
    return own | (OF_MACHINES if any(name in each for each in managed for name in MANAGED) else set())


def _actions(statement: Properties) -> list[str]:
    return reading.as_list(statement.get("Action", []))


def _silent(template: Template) -> Iterator[Problem]:
    """Alarms that tell nobody, and queues that no alarm watches."""
    watched = set()
    for logical, each in template.of("AWS::CloudWatch::Alarm"):
        if not each.get("AlarmActions") or each.get("ActionsEnabled") is False:
            yield Problem(template.path, template.line(logical), NOBODY_TOLD.format(logical=logical))
        if (each.get("Namespace"), each.get("MetricName")) == ("AWS/SQS", WAITING):
            watched |= {str(dimension["Value"]) for dimension in each.get("Dimensions", [])}
    for logical, _ in template.of("AWS::SQS::Queue"):
        if str({"Fn::GetAtt": [logical, "QueueName"]}) not in watched:
            yield Problem(template.path, template.line(logical), UNWATCHED.format(logical=logical))


def lossy(template: Template) -> Iterator[Problem]:
    """Rules and schedules that drop what they cannot deliver."""
    for logical, each in _callers(template):
        queue = each.get("DeadLetterConfig", {}).get("Arn")
        if not queue:
            yield Problem(template.path, template.line(logical), DROPPED.format(logical=logical))
        elif template.resources[logical]["Type"] == SCHEDULE and not _may_send(template, each["RoleArn"], queue):
            yield Problem(template.path, template.line(logical), NOT_SENT.format(logical=logical))


def _callers(template: Template) -> Iterator[tuple[str, Properties]]:
    """Every target with the rule or the schedule that has it."""
    for logical, each in template.of(RULE):
        yield from ((logical, one) for one in each.get("Targets", []))
    for logical, each in template.of(SCHEDULE):
        yield logical, each["Target"]


def _may_send(template: Template, role: Any, queue: Any) -> bool:
    """EventBridge Scheduler sends to the queue as the role of the schedule; a rule needs the queue's own policy."""
    return any(
        "sqs:SendMessage" in _actions(each) and queue in reading.as_list(each["Resource"]) and each["Effect"] == "Allow"
        for each in statements(template.resources.get(target(role), {}))
    )


def _closed(template: Template) -> Iterator[Problem]:
    """Queues that rules cannot send to.  Every queue of ours takes what rules could not deliver."""
    opened = {
        target(queue)
        for _, policy in template.of("AWS::SQS::QueuePolicy")
        for each in statements(policy)
        if each["Effect"] == "Allow" and "sqs:SendMessage" in _actions(each)
        if "events.amazonaws.com" in reading.as_list(each.get("Principal", {}).get("Service", []))
        for queue in policy["Queues"]
    }
    for logical, _ in template.of("AWS::SQS::Queue"):
        if logical not in opened:
            yield Problem(template.path, template.line(logical), CLOSED.format(logical=logical))


def _forgetful(template: Template) -> Iterator[Problem]:
    """Functions that rules, schedules and topics invoke, and whose failures nobody keeps.

    CloudFormation invokes the function of a custom resource asynchronously too, and itself tells that nothing came.
    """
    invoked = {target(each["Arn"]) for _, each in _callers(template)}
    invoked |= {target(each.get("Endpoint")) for _, each in template.of("AWS::SNS::Subscription")}
    kept = {target(config["FunctionName"]) for _, config in template.of("AWS::Lambda::EventInvokeConfig")
            if config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")}  # fmt: skip
    for logical, each in template.of(FUNCTION):
        if logical in invoked - kept and not each.get("DeadLetterConfig"):
            yield Problem(template.path, template.line(logical), FORGOTTEN.format(logical=logical))
