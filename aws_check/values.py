"""Plausible values for what a template only knows once it is deployed: no question to AWS needs the real ones.

Every condition is taken to be true, so that optional statements are asked about too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aws_check.finding import Asked
from aws_check.transformed import Template

STACK: Final = "goldsmith"
NOTHING: Final = object()  # AWS::NoValue

PARAMETERS: Final = {
    "Accounts": "{account}",
    "BuilderVpc": "vpc-0123456789abcdef0",
    "ConsumerAccounts": "{account}",
    "ConsumerOrganization": "o-exampleorgid",
    "HomeAccount": "{account}",
    "HomeBus": "arn:{partition}:events:{region}:{account}:event-bus/goldsmith",
    "Members": "{account}",
    "ReaderPrincipal": "arn:{partition}:iam::{account}:role/goldsmith-*",
    "Regions": "{region}",
}
"""Parameters whose defaults leave something out or that have none; a parent stack passes all others."""

ARNS: Final = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::InstanceProfile": "iam::{account}:instance-profile/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
}
"""The ARN of a resource after `arn:<partition>:`, by its type."""

BY_ARN: Final = {"AWS::Lambda::LayerVersion", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
"""Types whose Ref is their ARN; of most others it is the name."""


@dataclass
class Values:
    """Of one template; `given` are the parameters that its parent passes."""

    template: Template
    asked: Asked
    given: Mapping[str, Any] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """The value with every intrinsic function replaced; parts that are AWS::NoValue are left out."""
        if isinstance(value, list):
            return [each for each in map(self.fill, value) if each is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (key := next(iter(value))) in {"Ref", "Condition"} | self._functions.keys():
            if key in self._functions:
                return self._functions[key](value[key])
            if key == "Ref" and isinstance(value[key], str):
                return self.ref(value[key])
        filled = {key: self.fill(each) for key, each in value.items()}
        return {key: each for key, each in filled.items() if each is not NOTHING}

    @property
    def _functions(self) -> dict[str, Any]:
        return {
            "Fn::GetAtt": lambda of: self.attribute(*(of if isinstance(of, list) else of.split(".", 1))),
            "Fn::If": lambda of: self.fill(of[1]),
            "Fn::Join": lambda of: of[0].join(self._list(of[1])),
            "Fn::Select": lambda of: self._list(of[1])[int(of[0])],
            "Fn::Split": lambda of: self.fill(of[1]).split(of[0]),
            "Fn::Sub": lambda of: self._substituted(*(of if isinstance(of, list) else (of, {}))),
        }

    def ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name.startswith("AWS::"):
            return self._pseudo()[name]
        if name in self.template.get("Parameters", {}):
            return self._parameter(name)
        kind = self.template["Resources"][name]["Type"]
        return self.attribute(name, "Arn") if kind in BY_ARN else self._name(name)

    def attribute(self, name: str, attribute: str) -> str:
        kind = self.template["Resources"][name]["Type"]
        if attribute.endswith("Arn") and kind in ARNS:
            return self._text(f"arn:{{partition}}:{ARNS[kind]}", name=self._name(name))
        if attribute.endswith("Arn"):
            return self._text("arn:{partition}:cloudformation:{region}:{account}:{name}", name=self._name(name))
        return "sg-0123456789abcdef0" if attribute == "GroupId" else f"{self._name(name)}-{attribute.lower()}"

    def _name(self, logical: str) -> str:
        """A physical name: S3 takes small letters only."""
        properties = self.template["Resources"][logical].get("Properties", {})
        own = next((properties[key] for key in ("RoleName", "StateMachineName") if key in properties), None)
        return str(self.fill(own)) if own else f"{STACK}-{logical.lower()}"

    def _parameter(self, name: str) -> Any:
        declared = self.template["Parameters"][name]
        value = self.given.get(name)
        if value is None:
            value = (
                self._text(PARAMETERS[name]) if name in PARAMETERS else str(declared.get("Default", f"{name.lower()}"))
            )
        is_list = declared["Type"] == "CommaDelimitedList" and isinstance(value, str)
        return value.split(",") if is_list else value

    def _list(self, value: Any) -> list[str]:
        filled = self.fill(value)
        return filled if isinstance(filled, list) else [filled]

    def _substituted(self, text: str, more: Mapping[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in more:
                return str(self.fill(more[name]))
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _pseudo(self) -> dict[str, str]:
        suffix = "amazonaws.com.cn" if self.asked.partition == "aws-cn" else "amazonaws.com"
        stack = self._text(f"arn:{{partition}}:cloudformation:{{region}}:{{account}}:stack/{STACK}/1")
        own = {"AccountId": self.asked.account, "Region": self.asked.region, "Partition": self.asked.partition}
        more = {"StackName": STACK, "StackId": stack, "URLSuffix": suffix}
        return {f"AWS::{key}": value for key, value in (own | more).items()}

    def _text(self, pattern: str, **more: str) -> str:
        where = {"account": self.asked.account, "region": self.asked.region, "partition": self.asked.partition}
        return pattern.format(**where, **more)


def values_of(templates: Mapping[str, Template], asked: Asked) -> dict[str, Values]:
    """By path; a nested template gets what its parent passes to it."""
    found = {path: Values(template, asked) for path, template in templates.items()}
    for parent in list(found.values()):
        for resource in parent.template["Resources"].values():
            if resource["Type"] == "AWS::CloudFormation::Stack":
                address = str(resource["Properties"]["TemplateURL"])
                (path,) = (each for each in templates if address.endswith(f"/{each}"))
                given = parent.fill(resource["Properties"].get("Parameters", {}))
                found[path] = Values(templates[path], asked, given)
    return found
