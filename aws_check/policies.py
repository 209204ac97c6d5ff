"""Asks IAM Access Analyzer about every policy of the templates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from aws_check.finding import Asked, Finding, Level, Told
from aws_check.transformed import transformed
from aws_check.values import Values, values_of
from checks.reading import Mapping, template

PROBLEMS: Final = {"ERROR", "SECURITY_WARNING"}

IDENTITY: Final = "IDENTITY_POLICY"
RESOURCE: Final = "RESOURCE_POLICY"
TRUST: Final = "AWS::IAM::AssumeRolePolicyDocument"


@dataclass(frozen=True)
class Policy:
    """`name` is the resource that holds it and the policy's name; `kind` what Access Analyzer calls its resource."""

    path: str
    line: int
    name: str
    document: dict[str, Any]
    policy_type: str = IDENTITY
    kind: str = ""

    @property
    def text(self) -> str:
        return json.dumps(self.document)


@dataclass
class Role:
    """A role of a template, with its own policies; `path` and `line` are where it, or its function, is written."""

    path: str
    line: int
    name: str
    documents: list[dict[str, Any]] = field(default_factory=list)


KINDS: Final = {
    "AWS::S3::BucketPolicy": ("PolicyDocument", "AWS::S3::Bucket"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", ""),
    "AWS::SNS::TopicPolicy": ("PolicyDocument", ""),
    "AWS::KMS::Key": ("KeyPolicy", ""),
    "AWS::Events::EventBusPolicy": ("Statement", ""),
}
"""Resource policies: the property that holds one, and the type that Access Analyzer has checks of its own for."""


def policies(asked: Asked) -> list[Policy]:
    """Every policy of every template; the trust policies that SAM writes are the same for all functions."""
    found = []
    for path, values in values_of(transformed(asked.root), asked).items():
        written = _resources(asked.root / path)
        for name, resource in values.template["Resources"].items():
            line = _line(written, name)
            found += [
                Policy(path, line, f"{name} {part}", document, policy_type, kind)
                for part, document, policy_type, kind in _of(resource, values)
            ]
    return found


def _of(resource: dict[str, Any], values: Values) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind == "AWS::IAM::Role":
        yield "trust", values.fill(properties["AssumeRolePolicyDocument"]), RESOURCE, TRUST
        for each in properties.get("Policies", []):
            yield str(values.fill(each["PolicyName"])), values.fill(each["PolicyDocument"]), IDENTITY, ""
    elif kind in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
        yield "policy", values.fill(properties["PolicyDocument"]), IDENTITY, ""
    elif kind in KINDS:
        key, of = KINDS[kind]
        if key in properties:
            document = values.fill(properties[key])
            yield "policy", document if "Statement" in document else _whole(document), RESOURCE, of


def _whole(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


@cache
def _resources(path: Path) -> Mapping:
    """The resources of a template as they are written, for their lines."""
    resources: Mapping = template(path)["Resources"]
    return resources


def _line(written: Mapping, name: str) -> int:
    """Where a resource is written. SAM makes resources of which the template holds a beginning of the name."""
    known = [each for each in written.lines if name.startswith(each)]
    return written.lines[max(known, key=len)] if known else 0


def roles(asked: Asked) -> list[Role]:
    """Every role with the policies that the templates write for it; AWS's managed ones are AWS's own."""
    found: dict[tuple[str, str], Role] = {}
    for policy in policies(asked):
        name = policy.name.split()[0]
        if policy.policy_type == IDENTITY:
            role = found.setdefault((policy.path, name), Role(policy.path, policy.line, name))
            role.documents.append(policy.document)
    return list(found.values())


def check(asked: Asked, told: Told) -> Iterator[Finding]:
    pages = asked.client("accessanalyzer").get_paginator("validate_policy")
    known: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for policy in policies(asked):
        told(f"{policy.path}, {policy.name}")
        question = (policy.text, policy.policy_type, policy.kind)
        if question not in known:
            about = {"validatePolicyResourceType": policy.kind} if policy.kind else {}
            asks = pages.paginate(policyDocument=policy.text, policyType=policy.policy_type, **about)
            known[question] = [each for page in asks for each in page["findings"]]
        for each in known[question]:
            level = Level.PROBLEM if each["findingType"] in PROBLEMS else Level.NOTE
            said = f"{each['findingType']} {each['issueCode']}: {each['findingDetails']}"
            yield Finding(policy.path, policy.line, f"{policy.name}{_part(each)}", said, level)


def _part(finding: dict[str, Any]) -> str:
    """The place in the policy that a finding is about, such as ` Statement[3].Condition`."""
    for location in finding["locations"][:1]:
        parts = []
        for each in location["path"]:
            if "index" in each:
                parts.append(f"[{each['index']}]")
            elif "value" in each or "key" in each:
                parts.append(f".{each.get('value') or each.get('key')}")
        return f" {''.join(parts).lstrip('.')}"
    return ""
