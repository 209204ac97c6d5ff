"""What ministack's CloudFormation drops of functions, schedules, rules and state machines."""

import contextlib
import json
from typing import Any, Final

import yaml
from ministack.services import lambda_svc
from ministack.services import stepfunctions as states
from ministack.services.cloudformation import provisioners

from emulator.cloudformation.resources import Made, Properties, also, call, changed, name_of, only, provide, true
from emulator.gateway.patching import patch, replace

FUNCTION: Final = ("DeadLetterConfig", "FileSystemConfigs", "KmsKeyArn", "VpcConfig")
FUNCTION_NOT_MODELLED: Final = ("CodeSigningConfigArn", "RuntimeManagementConfig", "RecursiveLoop")
SCHEDULE: Final = (
    "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn",
    "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "State", "Target",
)  # fmt: skip


@patch("ministack drops dead-letter queue, reserved concurrency, key and network of a function")
def cfn_function_properties() -> None:
    also("AWS::Lambda::Function", _function)


def _function(name: str, new: Properties, old: Properties) -> None:
    if lost := [key for key in FUNCTION_NOT_MODELLED if key in new]:
        raise ValueError(f"not modelled by the embedded AWS: AWS::Lambda::Function {', '.join(lost)}")
    settings = {key: new.get(key, [] if key.endswith("Configs") else {}) for key in FUNCTION if changed(key, new, old)}
    if "KmsKeyArn" in settings:
        settings["KMSKeyArn"] = settings.pop("KmsKeyArn") or ""
    if settings:
        call("lambda", "UpdateFunctionConfiguration", FunctionName=name, **settings)
    if changed("ReservedConcurrentExecutions", new, old):
        reserved = only(new, "ReservedConcurrentExecutions")
        call(
            "lambda",
            "PutFunctionConcurrency" if reserved else "DeleteFunctionConcurrency",
            FunctionName=name,
            **reserved,
        )


@patch("ministack creates a function or a layer whose code does not exist, and it fails when it is called")
def cfn_code_exists() -> None:
    also("AWS::Lambda::Function", lambda name, _, __: _has(lambda_svc._functions[name]["code_zip"], name))
    create = provisioners._RESOURCE_HANDLERS["AWS::Lambda::LayerVersion"]["create"]

    def create_layer(logical: str, properties: Properties, stack: str) -> Made:
        content = properties["Content"]
        call("s3", "HeadObject", Bucket=content["S3Bucket"], Key=content["S3Key"])
        made: Made = create(logical, properties, stack)
        return made

    provisioners._RESOURCE_HANDLERS["AWS::Lambda::LayerVersion"]["create"] = create_layer


def _has(code: bytes | None, name: str) -> None:
    if not code:
        raise ValueError(
            f"Error occurred while GetObject. S3 Error Code: NoSuchKey. The code of {name} does not exist."
        )


@patch("ministack drops zone, dates and what follows of a schedule, and takes one whose group or role is missing")
def cfn_schedule() -> None:
    def create(logical: str, properties: Properties, stack: str) -> Made:
        name = name_of(properties, "Name", stack, logical, 64)
        made = call("scheduler", "CreateSchedule", Name=name, **only(properties, *SCHEDULE))
        return name, {"Arn": made["ScheduleArn"]}

    def update(physical: str, new: Properties, _: Properties) -> Made:
        made = call("scheduler", "UpdateSchedule", Name=physical, **only(new, *SCHEDULE))
        return physical, {"Arn": made["ScheduleArn"]}

    def delete(physical: str, properties: Properties) -> None:
        call("scheduler", "DeleteSchedule", Name=physical, **only(properties, "GroupName"))

    provide("AWS::Scheduler::Schedule", create, update, delete, fixed=("Name", "GroupName"))


@patch("ministack takes a rule with an invalid pattern or schedule, or on a bus that does not exist")
def cfn_rule_is_valid() -> None:
    also("AWS::Events::Rule", _rule)


def _rule(name: str, new: Properties, _: Properties) -> None:
    request = only(new, "Description", "EventBusName", "RoleArn", "ScheduleExpression", "State")
    if pattern := new.get("EventPattern"):
        request["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
    call("events", "PutRule", Name=name, **request)
    if targets := new.get("Targets"):
        call("events", "PutTargets", Rule=name, Targets=targets, **only(new, "EventBusName"))


@patch("ministack drops dead-letter queue and key of an event bus")
def cfn_event_bus_properties() -> None:
    def apply(name: str, new: Properties, _: Properties) -> None:
        if lost := [key for key in ("EventSourceName", "Policy") if key in new]:
            raise ValueError(f"not modelled by the embedded AWS: AWS::Events::EventBus {', '.join(lost)}")
        if settings := only(new, "DeadLetterConfig", "KmsKeyIdentifier", "LogConfig"):
            call("events", "UpdateEventBus", Name=name, **settings)

    also("AWS::Events::EventBus", apply)


class _Definition(yaml.CSafeLoader):
    """YAML as the States Language needs it: a date stays text."""


_Definition.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@patch("YAML behind DefinitionUri deploys and then fails at every run")
def cfn_yaml_definitions() -> None:
    def as_json(original: Any) -> Any:
        def definition(properties: Properties) -> str:
            text = str(original(properties))
            with contextlib.suppress(json.JSONDecodeError):
                json.loads(text)
                return text
            return json.dumps(yaml.load(text, _Definition))  # noqa: S506 - a safe loader

        return definition

    replace(provisioners, "_sfn_definition", as_json)


@patch(
    "ministack drops TracingConfiguration of a state machine, and answers LoggingConfiguration in a form nobody reads"
)
def cfn_state_machine_properties() -> None:
    def apply(arn: str, new: Properties, _: Properties) -> None:
        machine = states._state_machines[arn]
        tracing = new.get("TracingConfiguration", {"Enabled": False})
        machine["tracingConfiguration"] = {"enabled": true(tracing["Enabled"])}
        if "LoggingConfiguration" in new:
            machine["loggingConfiguration"] = provisioners._pascal_to_camel(new["LoggingConfiguration"])

    also("AWS::StepFunctions::StateMachine", apply)
