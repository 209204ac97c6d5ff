"""What a policy's `Resource` says once CloudFormation has resolved it, as far as the templates alone tell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from checks import reading

ACCOUNT: Final = "111111111111"
PLACE: Final = f"us-east-1:{ACCOUNT}"
PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "goldsmith",
    "AWS::URLSuffix": "amazonaws.com",
}
ARNS: Final = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{PLACE}:table/",
    "AWS::Events::EventBus": f"arn:aws:events:{PLACE}:event-bus/",
    "AWS::IAM::InstanceProfile": f"arn:aws:iam::{ACCOUNT}:instance-profile/",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/",
    "AWS::KMS::Key": f"arn:aws:kms:{PLACE}:key/",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{PLACE}:log-group:",
    "AWS::S3::Bucket": "arn:aws:s3:::",
    "AWS::SNS::Topic": f"arn:aws:sns:{PLACE}:",
    "AWS::SQS::Queue": f"arn:aws:sqs:{PLACE}:",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{PLACE}:secret:",
    "AWS::Serverless::Function": f"arn:aws:lambda:{PLACE}:function:",
    "AWS::Serverless::StateMachine": f"arn:aws:states:{PLACE}:stateMachine:",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{PLACE}:stateMachine:",
}
"""How the ARN of a resource begins; its logical id stands for its name."""
NAMED_BY_ARN: Final = frozenset({
    "AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::Serverless::StateMachine",
    "AWS::StepFunctions::StateMachine",
})  # fmt: skip
"""Types whose `Ref` is the ARN."""
ARN_ATTRIBUTES: Final = frozenset({"Arn", "TopicArn"})
NESTED: Final = frozenset({"AWS::Serverless::Application", "AWS::CloudFormation::Stack"})
UNKNOWN: Final = None
"""A text that the templates do not tell, such as a parameter of the root stack."""


def alternatives(value: Any) -> Iterator[Any]:
    """The items of a list, or one value, with both branches of each `Fn::If` and without `AWS::NoValue`."""
    for item in reading.as_list(value):
        if isinstance(item, dict) and "Fn::If" in item:
            for branch in item["Fn::If"][1:]:
                yield from alternatives(branch)
        elif item != {"Ref": "AWS::NoValue"}:
            yield item


@dataclass(frozen=True)
class Names:
    """What `Ref`, `Fn::GetAtt` and `Fn::Sub` mean in one template; `passed` are the parameters of a nested stack."""

    template: Mapping[str, Any]
    passed: Mapping[str, str | None] = field(default_factory=dict)

    def text(self, value: Any) -> str | None:
        """What one value says; None if the templates do not tell."""
        if isinstance(value, str):
            return value
        if not isinstance(value, dict) or len(value) != 1:
            return UNKNOWN
        ((function, argument),) = value.items()
        if function == "Ref":
            return self._ref(argument)
        if function == "Fn::GetAtt":
            return self._attribute(argument[0], ".".join(argument[1:]))
        return self._sub(argument) if function == "Fn::Sub" else UNKNOWN

    def _ref(self, name: str) -> str | None:
        kind = self._kind(name)
        if kind in NAMED_BY_ARN:
            return self._attribute(name, "Arn")
        return PSEUDO.get(name) or self.passed.get(name) or (name if kind else UNKNOWN)

    def _attribute(self, name: str, attribute: str) -> str | None:
        prefix = ARNS.get(self._kind(name)) if attribute in ARN_ATTRIBUTES else None
        return prefix + name if prefix else UNKNOWN

    def _kind(self, name: str) -> str:
        return str(self.template["Resources"].get(name, {}).get("Type", ""))

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):  # a policy variable
                return "*"
            if name in given:
                return self.text(given[name]) or "*"
            found = self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)
            return found or "*"

        return re.sub(r"\$\{([^}]+)\}", value, text)


def names_by_template(root: Path) -> dict[Path, Names]:
    """The names of every template; a nested stack knows what the root template passes to it."""
    found = {path: Names(reading.template(path)) for path in reading.templates(root)}
    for path, names in list(found.items()):
        for resource in names.template["Resources"].values():
            if resource.get("Type") in NESTED:
                properties = resource["Properties"]
                nested = path.parent / str(properties.get("Location") or properties.get("TemplateURL"))
                passed = {key: names.text(value) for key, value in properties.get("Parameters", {}).items()}
                if nested in found:
                    found[nested] = Names(found[nested].template, passed)
    return found
