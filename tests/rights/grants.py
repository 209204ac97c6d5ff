"""What each role of the deployed stacks is granted, and what it was allowed during the suite."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from tests.embedded import ROOT, Account

JOURNAL = ROOT / "build/journal"
Decision = dict[str, Any]  # a line of the embedded AWS's journal


@dataclass(frozen=True)
class Right:
    """One action on one resource pattern, granted to a role (its logical id in the template)."""

    role: str
    action: str
    resource: str

    def covers(self, action: str, resource: str) -> bool:
        """Policy variables, such as ${aws:userid}, stand for any text: IAM has compared whose it is."""
        pattern = re.sub(r"\$\{[\w:]+\}", "*", self.resource)
        return fnmatchcase(action.lower(), self.action.lower()) and fnmatchcase(resource, pattern)


Grants = dict[tuple[str, str], list[Right]]  # by account and the role's name


def unused(grants: Grants, allowed: list[Decision]) -> set[tuple[str, str, str]]:
    """The rights, as role, action and resource, that in no account anybody was allowed by."""
    used, everything = set(), set()
    for (account, role), rights in grants.items():
        mine = [each for each in allowed if (each["account"], each["role"]) == (account, role)]
        for right in rights:
            key = (right.role, right.action, placeless(right.resource, account))
            everything.add(key)
            if any(right.covers(each["action"], each["resource"]) for each in mine):
                used.add(key)
    return everything - used


def holes(grants: Grants, allowed: list[Decision]) -> list[Decision]:
    """What a role was allowed that none of its rights covers."""
    return [
        each
        for each in allowed
        if not any(right.covers(each["action"], each["resource"]) for right in grants[each["account"], each["role"]])
    ]


def journal_file(kind: str) -> Path:
    """The file that this pytest worker writes, for `make test` to read when all are done."""
    JOURNAL.mkdir(parents=True, exist_ok=True)
    return JOURNAL / f"{kind}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.jsonl"


def note_grants(account: Account, stacks: dict[str, str]) -> None:
    """Write down what CloudFormation really granted: `stacks` are names by region."""
    with journal_file("grants").open("a") as file:
        for stack, region in stacks.items():
            for physical, rights in granted(account, stack, region):
                line = {"account": account.id, "physical": physical, "rights": [asdict(right) for right in rights]}
                file.write(json.dumps(line) + "\n")


def granted(account: Account, stack: str, region: str) -> Iterator[tuple[str, list[Right]]]:
    """Name and rights of every role of the stack and of those nested in it, whose rights are noted as the stack's."""
    pages = account.client("iam").get_paginator("get_account_authorization_details").paginate(Filter=["Role"])
    known = {role["RoleName"]: role for page in pages for role in page["RoleDetailList"]}
    for role in deployed(account, stack, region, "AWS::IAM::Role"):
        name, logical = role["PhysicalResourceId"], f"{stack}/{role['LogicalResourceId']}"
        documents = [policy["PolicyDocument"] for policy in known[name]["RolePolicyList"]]
        documents += [_managed(account, attached["PolicyArn"]) for attached in known[name]["AttachedManagedPolicies"]]
        yield name, [right for document in documents for right in _rights(logical, document)]


@cache
def _managed(account: Account, arn: str) -> dict[str, Any]:
    iam = account.client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document: dict[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return document


def deployed(account: Account, stack: str, region: str, kind: str) -> Iterator[dict[str, str]]:
    """The resources of a type, of the stack and of those nested in it."""
    listed = account.client("cloudformation", region).list_stack_resources(StackName=stack)["StackResourceSummaries"]
    for each in listed:
        if each["ResourceType"] == kind:
            yield each
        if each["ResourceType"] == "AWS::CloudFormation::Stack":
            yield from deployed(account, each["PhysicalResourceId"], region, kind)


def _rights(role: str, document: dict[str, Any]) -> Iterator[Right]:
    for statement in _list(document["Statement"]):
        if statement["Effect"] == "Allow":
            for action in _list(statement["Action"]):
                yield from (Right(role, action, resource) for resource in _list(statement["Resource"]))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def lines(kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for path in JOURNAL.glob(f"{kind}-*.jsonl") for line in path.read_text().splitlines()]


def placeless(text: str, account: str) -> str:
    """The same right of two workers' stacks is one right: account ids and random suffixes are left out."""
    return re.sub(r"-[A-Z0-9]{8,13}\b|-[a-z0-9]{8,13}\b|-[0-9a-f]{17}\b", "-*", text.replace(account, "ACCOUNT"))
